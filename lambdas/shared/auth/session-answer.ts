import type { HttpAnswer } from '../http';
import { accessTokenLifetime } from './access-token';
import type { Cookie } from './cookie';
import { refreshLifetime } from './sessions';
import type { User } from './users';

export interface SignedIn {
  readonly user: User;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Set-Cookie value that makes the browser known, where it was not yet. */
  readonly deviceCookie?: string;
}

/** What register, login and refresh answer: the user, an access token, and the refresh token as a cookie. */
export function sessionAnswer(
  status: number,
  { user, accessToken, refreshToken, deviceCookie }: SignedIn,
  cookie: Cookie,
): HttpAnswer {
  return {
    status,
    body: { user, accessToken, expiresIn: accessTokenLifetime },
    cookies: [cookie.set(refreshToken, refreshLifetime), ...(deviceCookie ? [deviceCookie] : [])],
  };
}
