import { SQSClient } from '@aws-sdk/client-sqs';
import { hostFilter } from '@yorozu/service-kit/hosts';
import type { Logger } from 'pino';
import { patience } from './aws';
import type { Config } from './config';
import { connectDatabase } from './database';
import { ExpirySweep } from './expiry/expiry-sweep';
import { createApp } from './http/app';
import { GroupQueue } from './ledger/group-queue';
import { applyGroup } from './ledger/group-transaction';
import type { Outcome, StockRequest } from './ledger/requests';
import { LiveStock } from './live/live-stock';
import type { EventPublisher } from './publishing/event-publisher';
import { StockRepository } from './stock.repository';
import { longPollSeconds, StockUpdateWorker } from './worker/stock-update-worker';

export interface StockService {
  /** Where it listens, e.g. http://127.0.0.1:3002. */
  readonly url: string;
  /** Finishes the requests, messages and events in hand, then closes everything. */
  stop(): Promise<void>;
}

/** Puts the service together and starts it. Rejects when the port is taken or Postgres cannot be reached. */
export async function startService(
  config: Config,
  logger: Logger,
  startPublisher: () => Promise<EventPublisher>,
): Promise<StockService> {
  const database = connectDatabase(config.DATABASE_URL, logger);
  const live = new LiveStock(config.REDIS_URL, database.general, logger);
  const queue = new GroupQueue({
    apply: (requests, patienceMs) => applyGroup(database.writer, requests, patienceMs),
    onChanged: (availabilities) => live.publish(availabilities),
    onFailure: (err, requests) => logger.warn({ err, requests }, 'a group of stock changes failed'),
  });
  const submit = async (request: StockRequest): Promise<Outcome> => {
    const outcome = await queue.submit(request);
    if (outcome.kind === 'reservation' && outcome.reservation.state === 'held') {
      sweep.noteHold(outcome.reservation.expiresAt ?? 0);
    }
    return outcome;
  };
  const sweep = new ExpirySweep({ pool: database.general, submit, logger });
  const sqs = new SQSClient({
    region: config.AWS_REGION,
    requestHandler: { ...patience, requestTimeout: (longPollSeconds + 5) * 1_000 },
  });
  const worker = new StockUpdateWorker({ sqs, queueUrl: config.STOCK_UPDATE_QUEUE_URL, submit, logger });
  const app = createApp({
    logger,
    isOwnHost: hostFilter(config.ALLOWED_HOSTS),
    submit,
    stock: new StockRepository(database.general),
    health: {
      // Reservations wait for this connection, and so does the check.
      'postgres-writer': { run: () => database.writer.query('select 1'), vital: true },
      postgres: { run: () => database.general.check(), vital: true },
      redis: { run: () => live.check(), vital: false },
    },
  });

  const publisher = await startPublisher();
  live.start();
  const url = await app.listen({ host: config.HOST, port: config.PORT });
  sweep.start();
  worker.start();

  const stop = async (): Promise<void> => {
    // A connection whose last request is answered during the shutdown would otherwise be kept alive.
    const idle = setInterval(() => app.server.closeIdleConnections(), 50);
    await Promise.all([app.close().finally(() => clearInterval(idle)), worker.stop(), sweep.stop()]);
    await queue.drained();
    await Promise.all([publisher.stop(), live.stop()]);
    await database.close();
    sqs.destroy();
  };
  return { url, stop };
}
