import type pg from 'pg';

/**
 * A server that does not answer: it hangs, or the network has dropped the connection without telling. Like a broken
 * connection it leaves open whether the statement was carried out.
 */
export class SilentConnectionError extends Error {
  override readonly name = 'SilentConnectionError';
  /** As the socket would say it after minutes: everything that knows a lost connection knows this one. */
  readonly code = 'ETIMEDOUT';

  constructor(milliseconds: number) {
    super(`Postgres did not answer in ${milliseconds} ms`);
  }
}

/**
 * Runs `work` on a connection, and cuts the connection when it takes longer: what is under way on it fails with
 * {@link SilentConnectionError}, and no pool takes it back.
 */
export async function withPatience<T>(
  client: Pick<pg.PoolClient, 'connection'>,
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let lastLook: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    // Where this process was too busy to read, the answer lies in the socket: it is read before this runs.
    lastLook = setImmediate(() => client.connection.stream.destroy(new SilentConnectionError(milliseconds)));
  }, milliseconds);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    clearImmediate(lastLook);
  }
}
