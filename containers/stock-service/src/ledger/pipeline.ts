import type { PoolClient } from 'pg';

/**
 * Sends all statements that `build` queues on a connection in pipeline mode with one system call, and waits for all of
 * their answers, so that none is left behind when one fails. Throws the first failure: the statements after it only
 * say that the transaction is aborted.
 */
export async function inOneFlight<T extends readonly unknown[]>(
  client: PoolClient,
  build: () => T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const { stream } = client.connection;
  stream.cork();
  let statements: T;
  try {
    statements = build();
  } finally {
    stream.uncork();
  }
  const settled = await Promise.allSettled(statements);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined)) as {
    -readonly [K in keyof T]: Awaited<T[K]>;
  };
}
