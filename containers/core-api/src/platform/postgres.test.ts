import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startTestPostgres } from '../../../../scripts/lib/postgres';
import { stopBackends } from '../../../../scripts/lib/stopped';
import { createLogger } from './logger';
import { createPool, inTransaction, type Pool } from './postgres';

let postgres: { url: string; stop(): Promise<void> };
let pool: Pool;
let lines: string[];

beforeEach(async () => {
  postgres = await startTestPostgres();
  lines = [];
  pool = createPool(postgres.url, createLogger('info', { write: (line: string) => void lines.push(line) }));
});
afterEach(async () => {
  await pool.end();
  await postgres.stop();
});

/** Opens that many connections and leaves them idle. */
async function fillPool(connections: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  for (const client of clients) client.release();
}

const one = async () => (await pool.query<{ one: number }>('select 1 as one')).rows[0]?.one;

test('a connection that ends in the middle of a transaction fails that one and nothing else', async () => {
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
    expect(await one()).toBe(1);
  } finally {
    await operator.end();
  }
});

test('statements and transactions find another connection when two are silent, and never those again', async () => {
  await fillPool(3);
  const stopped = await stopBackends(postgres.url, 'core-api', 2);
  try {
    expect(stopped.pids).toHaveLength(2);
    const started = Date.now();
    const transaction = inTransaction(pool, async (client) => (await client.query('select 2')).rowCount);
    expect(await Promise.all([one(), one(), transaction])).toEqual([1, 1, 1]);
    expect(Date.now() - started).toBeLessThan(3_000);
    const later = Date.now();
    await Promise.all(Array.from({ length: 16 }, one));
    expect(Date.now() - later).toBeLessThan(900);
  } finally {
    stopped.resume();
  }
});

test('an answer that a busy process has not read yet is no silence', async () => {
  await one();
  const answer = pool.query('select pg_sleep(0.2)');
  await new Promise((resolve) => setTimeout(resolve, 50));
  // Where the loop is held up here, timers run before what has arrived is read.
  await new Promise((resolve) => setImmediate(resolve));
  for (const end = Date.now() + 1_200; Date.now() < end;);
  await answer;
  expect(lines.join()).not.toContain('postgres connection lost');
});

test('a slow statement is waited for in the end', async () => {
  const started = Date.now();
  await pool.query('select pg_sleep(1.3)');
  expect(Date.now() - started).toBeGreaterThan(3_000);
});

test('ends beside a silent server', async () => {
  await fillPool(2);
  const stopped = await stopBackends(postgres.url, 'core-api', 1);
  try {
    const started = Date.now();
    await pool.end();
    expect(Date.now() - started).toBeLessThan(2_000);
  } finally {
    stopped.resume();
    pool = createPool(postgres.url, createLogger('silent'));
  }
});

test('a check fails while Postgres takes no new connection that the pool may need', async () => {
  const role = `visitor_${randomUUID().replaceAll('-', '')}`;
  await pool.query(`create role ${role} login password 'visitor' connection limit 2`);
  const url = new URL(postgres.url);
  [url.username, url.password] = [role, 'visitor'];
  const visitors = createPool(url.href, createLogger('silent'));
  const other = new pg.Client({ connectionString: url.href });
  try {
    await visitors.check();
    await other.connect();
    await expect(visitors.check()).rejects.toMatchObject({ code: '53300' });
  } finally {
    await Promise.all([visitors.end(), other.end()]);
    await pool.query(`drop role ${role}`);
  }
});
