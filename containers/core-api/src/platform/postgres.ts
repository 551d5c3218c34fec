import pg from 'pg';
import type { Logger } from './logger';

export type Pool = pg.Pool;

export function createPool(url: string, logger: Logger): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'core-api',
    max: 16,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 10_000,
  });
  // A connection that breaks is replaced by the pool at the next query. An idle one tells the pool, one in use its own
  // listeners; unheard, either would end the process.
  const lost = (error: Error): void => logger.warn({ err: error }, 'postgres connection lost');
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));
  return pool;
}

/** Runs `work` in one transaction; rolls back and rethrows when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    client.release(broken);
  }
}
