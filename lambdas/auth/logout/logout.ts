import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';

/** Ends the session of a refresh token; without one there is nothing to end. */
export async function logout(
  token: string | undefined,
  deps: { sessions: Pick<Sessions, 'end'> },
): Promise<void> {
  if (token !== undefined && token !== '') await deps.sessions.end(token);
}
