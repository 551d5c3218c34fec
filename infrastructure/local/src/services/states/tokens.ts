/**
 * A task token names the execution and the attempt that waits for it, so that no list of tokens has to be kept:
 * after a restart the attempt is found in the execution's own record.
 */
export function tokenOf(executionKey: string, attemptId: string): string {
  return Buffer.from(`${attemptId}/${executionKey}`).toString('base64');
}

export function readToken(token: string): { attemptId: string; executionKey: string } | undefined {
  const text = /^[A-Za-z0-9+/]+={0,2}$/.test(token) ? Buffer.from(token, 'base64').toString('utf8') : '';
  const [, attemptId, executionKey] = /^([\da-f-]{36})\/([^/]+\/[^/]+)$/.exec(text) ?? [];
  return attemptId !== undefined && executionKey !== undefined ? { attemptId, executionKey } : undefined;
}
