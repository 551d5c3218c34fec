import { sourceIp, type Exchange } from './exchange';
import { identityValue } from './identity';
import type { RouteMatch } from './router';

/** What of an outgoing request parameter mapping may change. */
export interface OutgoingTarget {
  path: string;
  /** Flat: name, value, name, value. */
  headers: string[];
  query: string;
}

/**
 * Parameter mapping of an HTTP proxy integration: `append:header.x`, `overwrite:querystring.y`, `remove:header.z`,
 * `overwrite:path` with static text, `$request.*`, `$context.*` or `${...}` within text.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mapParameters(
  target: OutgoingTarget,
  mapping: Readonly<Record<string, string>>,
  exchange: Exchange,
  match: RouteMatch,
): void {
  for (const [key, expression] of Object.entries(mapping)) {
    const [, action = '', kind = '', name = ''] =
      /^(append|overwrite|remove):(header|querystring|path)\.?(.*)$/.exec(key) ?? [];
    const value = action === 'remove' ? '' : valueOf(expression, exchange, match);
    if (kind === 'path') target.path = value;
    else if (kind === 'header') changeHeader(target, action, name, value);
    else if (kind === 'querystring') changeQuery(target, action, name, value);
  }
}

function changeHeader(target: OutgoingTarget, action: string, name: string, value: string): void {
  if (action !== 'append') {
    const kept: string[] = [];
    for (let index = 0; index < target.headers.length; index += 2) {
      const header = target.headers[index] ?? '';
      if (header.toLowerCase() !== name.toLowerCase()) kept.push(header, target.headers[index + 1] ?? '');
    }
    target.headers = kept;
  }
  if (action !== 'remove' && value !== '') target.headers.push(name.toLowerCase(), value);
}

function changeQuery(target: OutgoingTarget, action: string, name: string, value: string): void {
  const query = new URLSearchParams(target.query);
  if (action === 'append') query.append(name, value);
  else if (action === 'overwrite') query.set(name, value);
  else query.delete(name);
  target.query = query.toString();
}

function valueOf(expression: string, exchange: Exchange, match: RouteMatch): string {
  return expression.replace(
    /\$\{((?:request|context)[^}]*)\}|\$((?:request|context)(?:\.[\w-]+)+)/g,
    (_, braced: string | undefined, bare: string | undefined) =>
      variable(braced ?? bare ?? '', exchange, match),
  );
}

function variable(name: string, exchange: Exchange, { route, parameters }: RouteMatch): string {
  if (name === 'request.path') return exchange.path;
  if (name.startsWith('request.path.')) return parameters[name.slice('request.path.'.length)] ?? '';
  if (name.startsWith('request.')) return identityValue(exchange, name) ?? '';
  const context: Readonly<Record<string, string>> = {
    'context.requestId': exchange.requestId,
    'context.httpMethod': exchange.method,
    'context.path': exchange.path,
    'context.routeKey': route.routeKey,
    'context.stage': '$default',
    'context.requestTimeEpoch': String(exchange.receivedAt),
    'context.identity.sourceIp': sourceIp(exchange.request),
    'context.identity.userAgent': exchange.request.headers['user-agent'] ?? '',
  };
  return context[name] ?? '';
}
