import { createServer, type Server } from 'node:http';
import type { Artefacts } from '../artefacts/model';
import type { ServiceModule } from '../endpoint/aws';
import type { FunctionPort } from '../ports';
import { HttpGateway } from './http-gateway';
import type { WebSocketLimits } from './websocket/limits';
import { createConnectionManagement } from './websocket/management';
import { WebSocketGateway } from './websocket/websocket-gateway';

export interface GatewayOptions {
  readonly functions: () => FunctionPort;
  readonly limits?: Partial<WebSocketLimits>;
}

export interface Gateway {
  /** Serves the HTTP API and, by upgrade, the WebSocket API. To be listened on by the caller. */
  readonly server: Server;
  /** The `@connections` API, for the AWS endpoint. */
  readonly management: ServiceModule;
  /** Takes on changed routes. */
  apply(artefacts: Artefacts): void;
  /** Stops taking requests, ends the open connections and waits a little for what is under way. */
  close(graceMs?: number): Promise<void>;
}

/** API Gateway: one HTTP API and one WebSocket API on one port. */
export function createGateway(artefacts: Artefacts, options: GatewayOptions): Gateway {
  const { region, accountId } = artefacts;
  const http = new HttpGateway(artefacts.httpApi, { region, accountId, functions: options.functions });
  const webSocket = new WebSocketGateway(artefacts.webSocketApi, {
    region,
    accountId,
    functions: options.functions,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (request, response) =>
    http.handle(request, response),
  );
  server.on('upgrade', (request, socket, head) => webSocket.upgrade(request, socket, head));
  return {
    server,
    management: createConnectionManagement(webSocket),
    apply(changed) {
      http.apply(changed.httpApi);
      webSocket.apply(changed.webSocketApi);
    },
    async close(graceMs = 3_000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await webSocket.close(graceMs);
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
      await http.close();
    },
  };
}
