import { isUtf8 } from 'node:buffer';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { sourceIp, type Exchange } from './exchange';
import type { RouteMatch } from './router';

/** What an authorizer found out, in the shape events carry it. */
export interface AuthorizerContext {
  readonly jwt?: {
    readonly claims: Readonly<Record<string, string>>;
    readonly scopes: readonly string[] | null;
  };
  readonly lambda?: Readonly<Record<string, unknown>>;
}

export interface ApiIdentity {
  readonly accountId: string;
  readonly apiId: string;
}

export type HttpEvent = Omit<APIGatewayProxyEventV2, 'requestContext'> & {
  readonly requestContext: APIGatewayProxyEventV2['requestContext'] & {
    readonly authorizer?: AuthorizerContext;
  };
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The event of payload format 2.0. API Gateway decodes the path, joins repeated headers and query parameters with
 * commas and takes cookies out of the headers.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  exchange: Exchange,
  { route, parameters }: RouteMatch,
  api: ApiIdentity,
  body: Buffer,
  authorizer?: AuthorizerContext,
): HttpEvent {
  const { request } = exchange;
  const host = request.headers.host ?? 'localhost';
  const { headers, cookies } = eventHeaders(exchange);
  const query = queryParameters(exchange.queryString);
  const path = decode(exchange.path);
  const pathParameters = Object.entries(parameters).map(([name, value]) => [name, decode(value)]);
  const base64 = body.length > 0 && !isText(request.headers['content-type'], body);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: exchange.queryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      ...(authorizer ? { authorizer } : {}),
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: host.replace(/[.:].*$/, ''),
      http: {
        method: exchange.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIp(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: exchange.requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(exchange.receivedAt),
      timeEpoch: exchange.receivedAt,
    },
    ...(pathParameters.length > 0
      ? { pathParameters: Object.fromEntries(pathParameters) as Record<string, string> }
      : {}),
    ...(body.length > 0 ? { body: body.toString(base64 ? 'base64' : 'utf8') } : {}),
    isBase64Encoded: base64,
  };
}

/** `12/Mar/2026:19:03:58 +0000` */
export function commonLogTime(epochMs: number): string {
  const date = new Date(epochMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()] ?? ''}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** Percent-decoding that leaves malformed sequences as they are. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function eventHeaders({ request }: Exchange): { headers: Record<string, string>; cookies: string[] } {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/).filter((cookie) => cookie !== ''));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded ? `${forwarded}, ${sourceIp(request)}` : sourceIp(request);
  headers['x-forwarded-port'] = String(request.socket.localPort ?? '');
  headers['x-forwarded-proto'] = 'http';
  return { headers, cookies };
}

export function queryParameters(queryString: string): Record<string, string> | undefined {
  if (queryString === '') return undefined;
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(queryString)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
}

/** API Gateway hands these over as text and everything else as base64. */
function isText(contentType: string | undefined, body: Buffer): boolean {
  if (contentType === undefined) return isUtf8(body);
  return /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i.test(contentType.trim());
}
