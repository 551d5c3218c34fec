/** Path-bound, so that the token travels to the accounts' routes only. */
const name = 'refresh_token';

export interface RefreshCookie {
  readonly name: string;
  /** Set-Cookie value (RFC 6265). */
  set(token: string, maxAgeSeconds: number): string;
  clear(): string;
}

/** Secure everywhere but on localhost, where the shop has no TLS. */
export function refreshCookie(issuer: string): RefreshCookie {
  const { protocol, hostname } = new URL(issuer);
  const local = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const attributes = `Path=/api/auth; HttpOnly; SameSite=Lax${local ? '' : '; Secure'}`;
  return {
    name,
    set: (token, maxAge) => `${name}=${token}; Max-Age=${maxAge}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}
