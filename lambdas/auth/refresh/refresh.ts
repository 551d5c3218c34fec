import type { AccessTokenIssuer } from '@yorozu/lambda-shared/auth/access-token';
import type { SignedIn } from '@yorozu/lambda-shared/auth/session-answer';
import type { Sessions } from '@yorozu/lambda-shared/auth/sessions';
import type { UserReader } from '@yorozu/lambda-shared/auth/users';

export interface RefreshDeps {
  readonly sessions: Pick<Sessions, 'find' | 'rotate'>;
  readonly users: Pick<UserReader, 'findById'>;
  readonly tokens: AccessTokenIssuer;
}

/**
 * Changes a refresh token for a new pair, with the roles the user has now. Undefined when the session has ended: the
 * token is missing, unknown, expired or was used too long ago, or the account is gone. The token is spent last, when everything
 * that may be away has answered: a refresh that fails can be repeated with the same token.
 */
export async function refresh(token: string | undefined, deps: RefreshDeps): Promise<SignedIn | undefined> {
  if (token === undefined || token === '') return undefined;
  const session = await deps.sessions.find(token);
  const user = session && (await deps.users.findById(session.userId));
  if (!user) return undefined;
  const accessToken = await deps.tokens.issue(user, session.id);
  const next = await deps.sessions.rotate(token);
  return next && { user, accessToken, refreshToken: next.token };
}
