import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { OutboxRelay } from '@yorozu/events/outbox';
import { Pool } from '@yorozu/postgres';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { patience } from '../aws';
import { reportLost } from '../database';

export interface EventPublisher {
  /** Finishes the batch under way, then closes everything. */
  stop(): Promise<void>;
}

/** Publishes stock_outbox with a client and connections of its own. Rejects when Postgres cannot be reached. */
export async function startPublishing(config: Config, logger: Logger): Promise<EventPublisher> {
  const pool = new Pool({
    connectionString: config.DATABASE_URL,
    max: 3,
    application_name: 'stock-service publisher',
    onLost: reportLost(logger),
  });
  const client = new EventBridgeClient({ region: config.AWS_REGION, requestHandler: patience });
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
