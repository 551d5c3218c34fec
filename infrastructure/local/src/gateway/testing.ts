import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Artefacts, HttpApiSpec, WebSocketApiSpec } from '../artefacts/model';
import { ownHosts } from '../endpoint/visitors';
import type { FunctionPort, Invocation } from '../ports';
import { createGateway, type Gateway, type GatewayOptions } from './index';

type Handler = (event: Record<string, unknown>) => unknown;

/** Functions of a test as the gateway sees them: results as JSON text, what they throw as `functionError`. */
export function functionsOf(handlers: Readonly<Record<string, Handler>>): FunctionPort {
  return {
    async invoke(name, payload): Promise<Invocation> {
      const base = { statusCode: 200, executedVersion: '$LATEST' };
      try {
        const handler = handlers[name];
        if (!handler) throw new Error(`no function ${name}`);
        const result = await handler(JSON.parse(payload) as Record<string, unknown>);
        return { ...base, payload: JSON.stringify(result ?? null) };
      } catch (error) {
        const errorMessage = error instanceof Error ? error.message : String(error);
        return {
          ...base,
          functionError: 'Unhandled',
          payload: JSON.stringify({ errorType: 'Error', errorMessage }),
        };
      }
    },
    invokeAsync: async () => undefined,
  };
}

export async function startGateway(
  apis: { http?: Partial<HttpApiSpec>; webSocket?: WebSocketApiSpec },
  handlers: Readonly<Record<string, Handler>> = {},
  limits: GatewayOptions['limits'] = {},
  timeouts: GatewayOptions['timeouts'] = {},
): Promise<{ gateway: Gateway; url: string; apply: (http: Partial<HttpApiSpec>) => void }> {
  const artefactsOf = (http: Partial<HttpApiSpec> = {}): Artefacts => ({
    region: 'ap-northeast-1',
    accountId: '000000000000',
    resources: {
      eventBus: { name: 'bus', archive: { name: 'archive', retentionDays: 1 } },
      buckets: [],
      tables: [],
      queues: [],
      topics: [],
    },
    rules: [],
    functions: [],
    stateMachines: [],
    httpApi: { apiId: 'http', name: 'http', routes: [], ...http },
    ...(apis.webSocket ? { webSocketApi: apis.webSocket } : {}),
  });
  const functions = functionsOf(handlers);
  const gateway = createGateway(artefactsOf(apis.http), {
    functions: () => functions,
    isOwnHost: ownHosts(),
    limits,
    timeouts,
  });
  const url = await listening(gateway.server);
  return { gateway, url, apply: (http) => gateway.apply(artefactsOf(http)) };
}

export async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function lambdaRoute(
  routeKey: string,
  functionName: string,
  timeoutMs = 1_000,
): HttpApiSpec['routes'][number] {
  return { routeKey, integration: { type: 'lambda', functionName, timeoutMs } };
}
