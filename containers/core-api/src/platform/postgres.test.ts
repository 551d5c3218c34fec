import pg from 'pg';
import { startTestPostgres } from '../../../../scripts/lib/postgres';
import { createLogger } from './logger';
import { createPool, inTransaction } from './postgres';

test('a connection that ends in the middle of a transaction fails that one and nothing else', async () => {
  const postgres = await startTestPostgres();
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line: string) => void lines.push(line) });
  const pool = createPool(postgres.url, logger);
  const operator = new pg.Client({ connectionString: postgres.url });
  await operator.connect();
  try {
    const attempt = inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const gone = new Promise((resolve) => client.once('end', resolve));
      await operator.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      // Nothing is asked of it when it goes, so nobody but the connection itself can tell.
      await gone;
      await client.query('select 1');
    });
    await expect(attempt).rejects.toThrow();
    expect(lines.join()).toContain('postgres connection lost');
    expect((await pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    await operator.end();
    await pool.end();
    await postgres.stop();
  }
});
