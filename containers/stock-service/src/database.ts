import { Pool } from '@yorozu/postgres';
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
 * hangs must not hold up all that follow, and nor may the locks of a connection that was given up.
 */
const writerSession = `set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
  set lock_timeout = '4s'; set idle_in_transaction_session_timeout = '3s'`;

export function connectDatabase(url: string, logger: Logger): Database {
  const shared = { connectionString: url, onLost: reportLost(logger) };
  const writer = new Pool({
    ...shared,
    application_name: 'stock-service writer',
    max: 1,
    pipeline: true,
    onConnect: async (client) => void (await client.query(writerSession)),
  });
  const general = new Pool({ ...shared, application_name: 'stock-service', max: 4 });
  return {
    writer,
    general,
    close: async () => {
      await Promise.all([writer.end(), general.end()]);
    },
  };
}

export function reportLost(logger: Logger): (error: Error) => void {
  return (err) => logger.warn({ err }, 'lost a database connection');
}
