/**
 * Headers of every answer of every service (OWASP's REST security cheat sheet): nothing of an API is to be guessed at,
 * framed, or told to other sites. A page for people replaces `content-security-policy` by one it can live with. Over
 * plain HTTP, as in development, browsers ignore HSTS; it is left out there so that no proxy passes it on.
 */
export function securityHeaders(environment: string | undefined): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(environment === 'production'
      ? { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }
      : {}),
  };
}
