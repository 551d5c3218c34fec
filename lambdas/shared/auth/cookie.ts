export interface Cookie {
  readonly name: string;
  /** Set-Cookie value (RFC 6265). */
  set(value: string, maxAgeSeconds: number): string;
  clear(): string;
}

/**
 * A cookie of the accounts' routes, bound to their path, that scripts cannot read. Secure everywhere but on localhost,
 * where the shop has no TLS.
 */
export function accountCookie(issuer: string, name: string): Cookie {
  const { protocol, hostname } = new URL(issuer);
  const local = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const attributes = `Path=/api/auth; HttpOnly; SameSite=Lax${local ? '' : '; Secure'}`;
  return {
    name,
    set: (value, maxAge) => `${name}=${value}; Max-Age=${maxAge}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
  };
}

export const refreshCookie = (issuer: string): Cookie => accountCookie(issuer, 'refresh_token');
