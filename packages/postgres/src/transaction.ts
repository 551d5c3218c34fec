import { faultOf } from '@yorozu/service-kit/unavailable';
import { withPatience } from './patience';
import { trusting, type Pool, type PoolClient } from './pool';

/** Milliseconds for BEGIN, connection by connection: it takes no lock, so only a silent server is slow. */
const patience = [1_000, 1_000, 3_000];

/** A connection that has begun a transaction, and so has just answered. End it with `commit` and `release`, or {@link giveUp}. */
export async function begin(pool: Pick<Pool, 'connect'>): Promise<PoolClient> {
  for (let attempt = 0; ; attempt += 1) {
    const client = await pool.connect(attempt >= trusting);
    try {
      await withPatience(client, patience[attempt] ?? 0, () => client.query('begin'));
      return client;
    } catch (error) {
      client.release(true);
      if (faultOf(error) !== 'lost' || attempt + 1 >= patience.length) throw error;
    }
  }
}

/** Rolls back what failed with `error`. A connection that is lost takes its transaction along. */
export async function giveUp(client: PoolClient, error: unknown): Promise<void> {
  if (faultOf(error) === 'lost') return client.release(true);
  await client.query('rollback').then(
    () => client.release(),
    () => client.release(true),
  );
}

/**
 * Runs `work` in one transaction; rolls back and rethrows when it throws. When the connection is lost at the commit,
 * nobody knows whether it holds: callers are repeated by whoever asked, and must find what they did.
 */
export async function inTransaction<T>(
  pool: Pick<Pool, 'connect'>,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await begin(pool);
  try {
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    await giveUp(client, error);
    throw error;
  }
}
