import type { Exchange } from './exchange';

/**
 * The value of an identity source or mapping expression that reads the request: `$request.header.name`,
 * `$request.querystring.name`. Undefined where it is absent.
 */
export function identityValue({ request, queryString }: Exchange, source: string): string | undefined {
  const [, kind, name] = /^\$?(?:route\.)?(?:request\.)?(header|querystring)\.(.+)$/i.exec(source) ?? [];
  if (kind === undefined || name === undefined) return undefined;
  if (kind.toLowerCase() === 'header') {
    const value = request.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(',') : value;
  }
  return new URLSearchParams(queryString).get(name) ?? undefined;
}
