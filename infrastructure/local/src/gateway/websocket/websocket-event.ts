import type { IncomingMessage } from 'node:http';
import type { WebSocketApiSpec } from '../../artefacts/model';
import { newRequestId, sourceIp } from '../exchange';
import { commonLogTime } from '../http-event';
import type { Identity } from './connection';

export interface ConnectionFacts {
  readonly id: string;
  readonly connectedAt: number;
  readonly identity: Identity;
  readonly authorizer: Readonly<Record<string, unknown>> | undefined;
  readonly host: string;
}

export type EventType = 'CONNECT' | 'DISCONNECT' | 'MESSAGE';

/**
 * `requestContext` of the events of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
 */
export function requestContext(
  api: WebSocketApiSpec,
  connection: ConnectionFacts,
  routeKey: string,
  eventType: EventType,
): Record<string, unknown> {
  const now = Date.now();
  const requestId = newRequestId();
  return {
    routeKey,
    ...(connection.authorizer ? { authorizer: connection.authorizer } : {}),
    ...(eventType === 'MESSAGE' ? { messageId: newRequestId() } : {}),
    eventType,
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: connection.connectedAt,
    requestTimeEpoch: now,
    identity: connection.identity,
    requestId,
    domainName: connection.host,
    connectionId: connection.id,
    apiId: api.apiId,
  };
}

/** The parts of the handshake that $connect and the authorizer see. */
export function handshake(request: IncomingMessage): Record<string, unknown> {
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    const value = request.rawHeaders[index + 1] ?? '';
    headers[name] = value;
    (multiValueHeaders[name] ??= []).push(value);
  }
  const query = queryOf(request);
  const names = [...new Set(query.keys())];
  return {
    headers,
    multiValueHeaders,
    ...(names.length > 0
      ? {
          queryStringParameters: Object.fromEntries(
            names.map((name) => [name, query.getAll(name).at(-1) ?? '']),
          ),
          multiValueQueryStringParameters: Object.fromEntries(
            names.map((name) => [name, query.getAll(name)]),
          ),
        }
      : {}),
  };
}

export function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

export function identityOf(request: IncomingMessage): Identity {
  return { sourceIp: sourceIp(request), userAgent: request.headers['user-agent'] ?? '' };
}

/** `$request.body.action`: the route key a message asks for. Undefined: none, so $default. */
export function selectedRoute(expression: string, body: string): string | undefined {
  const path = /^\$?\{?request\.body\.([\w.$-]+)\}?$/.exec(expression.replace(/^\$\{/, ''))?.[1];
  if (path === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? value : undefined;
}
