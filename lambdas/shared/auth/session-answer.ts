import type { HttpAnswer } from '../http';
import { accessTokenLifetime } from './access-token';
import type { RefreshCookie } from './cookie';
import { refreshLifetime } from './sessions';
import type { User } from './users';

export interface SignedIn {
  readonly user: User;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** What register, login and refresh answer: the user, an access token, and the refresh token as a cookie. */
export function sessionAnswer(
  status: number,
  { user, accessToken, refreshToken }: SignedIn,
  cookie: RefreshCookie,
): HttpAnswer {
  return {
    status,
    body: { user, accessToken, expiresIn: accessTokenLifetime },
    headers: { 'cache-control': 'no-store' },
    cookies: [cookie.set(refreshToken, refreshLifetime)],
  };
}
