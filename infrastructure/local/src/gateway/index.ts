import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import type { Artefacts } from '../artefacts/model';
import type { ServiceModule } from '../endpoint/aws';
import type { FunctionPort } from '../ports';
import { HttpGateway } from './http-gateway';
import { problemBody, problemType, rawAnswer } from './problem';
import type { WebSocketLimits } from './websocket/limits';
import { createConnectionManagement } from './websocket/management';
import { WebSocketGateway } from './websocket/websocket-gateway';

export interface GatewayOptions {
  readonly functions: () => FunctionPort;
  /** Whether a Host header names this gateway. */
  readonly isOwnHost: HostFilter;
  readonly limits?: Partial<WebSocketLimits>;
  readonly timeouts?: Partial<RequestTimeouts>;
}

/** How long a client may take, milliseconds. API Gateway does not say, but its integrations end after 30 s. */
export interface RequestTimeouts {
  readonly headersMs: number;
  /** Headers and body. */
  readonly requestMs: number;
}

const defaultTimeouts: RequestTimeouts = { headersMs: 10_000, requestMs: 30_000 };

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
  const { functions, isOwnHost } = options;
  const http = new HttpGateway(artefacts.httpApi, { region, accountId, functions, isOwnHost });
  const webSocket = new WebSocketGateway(artefacts.webSocketApi, {
    region,
    accountId,
    functions,
    isOwnHost,
    ...(options.limits ? { limits: options.limits } : {}),
  });
  const latest = new WeakMap<Duplex, ServerResponse>();
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const server = createServer(serverOptions(timeouts), (request, response) => {
    latest.set(request.socket, response);
    http.handle(request, response);
  });
  server.on('clientError', (error, socket) => {
    const response = latest.get(socket);
    if (response?.headersSent && !response.req.complete) socket.destroy();
    else refuseBroken(error, socket);
  });
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

function serverOptions({ headersMs, requestMs }: RequestTimeouts): ServerOptions {
  return {
    keepAliveTimeout: 65_000,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(1_000, headersMs),
  };
}

/** A request that came too slowly or that Node's parser refuses. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, message] = broken[error.code ?? ''] ?? [400, 'Bad Request'];
  const id = randomUUID();
  socket.end(rawAnswer(status, problemType, problemBody(status, message, id), id));
  // A client that does not read must not hold the connection either.
  setTimeout(() => socket.destroy(), 1_000).unref();
}

const broken: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
};
