import pg, { type Pool } from 'pg';
import type { Logger } from 'pino';

export interface Database {
  /** One connection in pipeline mode for the groups; no statement on it scans a table. */
  readonly writer: Pool;
  /** Reads, the sweep and the rebuild of live stock. */
  readonly general: Pool;
  close(): Promise<void>;
}

/**
 * Settings of the writer's session. Its statements look up a handful of keys; a plan that was prepared while a table
 * was small must not go on reading all of it when it has grown, hence index lookups only. A lock or statement that
 * hangs must not hold up all that follow.
 */
const writerSession = `set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
  set lock_timeout = '5s'; set statement_timeout = '10s'; set idle_in_transaction_session_timeout = '10s'`;

export function connectDatabase(url: string, logger: Logger): Database {
  const shared = { connectionString: url, connectionTimeoutMillis: 5_000, keepAlive: true };
  const writer = new pg.Pool({ ...shared, max: 1, pipeline: true, application_name: 'stock-service writer' });
  const general = new pg.Pool({ ...shared, max: 4, application_name: 'stock-service' });
  writer.on('connect', (client) => {
    client.query(writerSession).catch((error: unknown) => {
      logger.warn({ err: error }, 'could not set up a database session');
    });
  });
  for (const pool of [writer, general]) surviveLostConnections(pool, logger);
  return {
    writer,
    general,
    close: async () => {
      await Promise.all([writer.end(), general.end()]);
    },
  };
}

/** Idle connections tell the pool of their end, those in use tell their own listeners; unheard, either ends the process. */
export function surviveLostConnections(pool: Pool, logger: Logger): void {
  const lost = (error: Error): void => logger.warn({ err: error }, 'lost a database connection');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
}
