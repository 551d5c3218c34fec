/** Requests that may not change anything (RFC 9110 section 9.2.1). */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface OriginHeaders {
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | undefined;
  readonly host?: string | undefined;
}

/**
 * Whether a browser sent the request on behalf of another site, which must change nothing with the visitor's cookies
 * (OWASP's CSRF cheat sheet, "Fetch Metadata" and "Verifying Origin"; the rule of Go's net/http.CrossOriginProtection).
 * What carries neither header does not come from a page and passes. `allowed` are origins such as
 * `https://shop.example`.
 */
export function isForeign(method: string, headers: OriginHeaders, allowed: readonly string[]): boolean {
  if (safeMethods.has(method.toUpperCase())) return false;
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (site === 'same-origin' || site === 'none') return false;
  if (origin !== undefined && allowed.includes(origin)) return false;
  if (site !== undefined) return true;
  return origin !== undefined && hostOf(origin) !== host?.toLowerCase();
}

/** Null for `null`, the origin of sandboxed and local pages. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
