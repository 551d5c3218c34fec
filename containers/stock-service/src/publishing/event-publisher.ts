import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { OutboxRelay } from '@yorozu/events/outbox';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { surviveLostConnections } from '../database';

export interface EventPublisher {
  /** Finishes the batch under way, then closes everything. */
  stop(): Promise<void>;
}

/** Publishes stock_outbox with a client and connections of its own. Rejects when Postgres cannot be reached. */
export async function startPublishing(config: Config, logger: Logger): Promise<EventPublisher> {
  const pool = new pg.Pool({
    connectionString: config.DATABASE_URL,
    max: 3,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: 'stock-service publisher',
  });
  surviveLostConnections(pool, logger);
  const client = new EventBridgeClient({ region: config.AWS_REGION });
  const relay = new OutboxRelay({
    pool,
    table: 'stock_outbox',
    client,
    eventBusName: config.EVENT_BUS_NAME,
    logger,
  });
  await relay.start();
  return {
    stop: async () => {
      await relay.stop();
      await pool.end();
      client.destroy();
    },
  };
}
