import type { IncomingMessage } from 'node:http';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import type { WebSocketApiSpec } from '../../artefacts/model';
import type { FunctionPort } from '../../ports';
import { within } from '../http-gateway';
import { policyAllows } from '../policy';
import { handshake, queryOf, requestContext, type ConnectionFacts } from './websocket-event';

export interface HandshakeOptions {
  readonly region: string;
  readonly accountId: string;
  readonly functions: () => FunctionPort;
  readonly isOwnHost: HostFilter;
}

export type Admission =
  | { readonly admitted: true; readonly authorizer?: Readonly<Record<string, unknown>> }
  | { readonly admitted: false; readonly status: number; readonly message: string };

const unauthorized: Admission = { admitted: false, status: 401, message: 'Unauthorized' };
const internalError: Admission = { admitted: false, status: 500, message: 'Internal server error' };

/**
 * Asks the REQUEST authorizer of $connect whether a client may come in.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export async function authorize(
  request: IncomingMessage,
  api: WebSocketApiSpec,
  connection: ConnectionFacts,
  options: HandshakeOptions,
): Promise<Admission> {
  if (!api.authorizer) return { admitted: true };
  const { functionName, identitySources } = api.authorizer;
  if (!identitySources.every((source) => sourceValue(request, source))) return unauthorized;
  const methodArn = `arn:aws:execute-api:${options.region}:${options.accountId}:${api.apiId}/${api.stage}/$connect`;
  const event = {
    type: 'REQUEST',
    methodArn,
    ...handshake(request),
    requestContext: requestContext(api, connection, '$connect', 'CONNECT'),
  };
  const invocation = await options.functions().invoke(functionName, JSON.stringify(event));
  if (invocation.functionError !== undefined) {
    const { errorMessage } = JSON.parse(invocation.payload) as { errorMessage?: unknown };
    return errorMessage === 'Unauthorized' ? unauthorized : internalError;
  }
  const answer = JSON.parse(invocation.payload) as { principalId?: unknown; context?: object } | null;
  const allowed = policyAllows(answer, methodArn);
  if (allowed === undefined) return internalError;
  if (!allowed)
    return { admitted: false, status: 403, message: 'User is not authorized to access this resource' };
  return { admitted: true, authorizer: { ...answer?.context, principalId: answer?.principalId } };
}

/** Runs the $connect route; any status but 2xx refuses the client. A function that fails answers 502. */
export async function connect(
  request: IncomingMessage,
  api: WebSocketApiSpec,
  connection: ConnectionFacts,
  options: HandshakeOptions,
): Promise<Admission> {
  const route = api.routes.find(({ routeKey }) => routeKey === '$connect');
  if (!route) return { admitted: true };
  const event = {
    ...handshake(request),
    requestContext: requestContext(api, connection, '$connect', 'CONNECT'),
    isBase64Encoded: false,
  };
  const invocation = await within(
    route.timeoutMs,
    options.functions().invoke(route.functionName, JSON.stringify(event)),
  );
  const result = parseObject(invocation.payload);
  const status = Number(result?.statusCode);
  if (invocation.functionError !== undefined || !Number.isInteger(status)) {
    return { admitted: false, status: 502, message: 'Internal server error' };
  }
  if (status >= 200 && status < 300) return { admitted: true };
  const body = typeof result?.body === 'string' ? result.body : '';
  return { admitted: false, status: status >= 300 && status < 600 ? status : 502, message: body };
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** `route.request.querystring.ticket` or `route.request.header.Authorization`. */
function sourceValue(request: IncomingMessage, source: string): string | undefined {
  const [, kind, name = ''] = /request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (kind === 'querystring') return queryOf(request).get(name) ?? undefined;
  const value = request.headers[name.toLowerCase()];
  return Array.isArray(value) ? value.join(',') : value;
}
