import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { WebSocketApiSpec } from '../../artefacts/model';
import { newRequestId } from '../exchange';
import { within } from '../http-gateway';
import { problemBody, problemType, rawAnswer } from '../problem';
import { Connection } from './connection';
import { FrameGuard } from './frame-guard';
import { authorize, connect, parseObject, type Admission, type HandshakeOptions } from './handshake';
import { defaultLimits, type WebSocketLimits } from './limits';
import { identityOf, requestContext, selectedRoute, type ConnectionFacts } from './websocket-event';

export interface WebSocketGatewayOptions extends HandshakeOptions {
  readonly limits?: Partial<WebSocketLimits>;
}

type Route = WebSocketApiSpec['routes'][number];

const sweepMs = 1_000;

/**
 * An API Gateway WebSocket API: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
 * A client is accepted once the authorizer and $connect have let it in; its messages then run one after the other.
 */
export class WebSocketGateway {
  private readonly connections = new Map<string, Connection>();
  private readonly limits: WebSocketLimits;
  private readonly server: WebSocketServer;
  private readonly leaving = new Set<Promise<void>>();
  private sweeper: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(
    private api: WebSocketApiSpec | undefined,
    private readonly options: WebSocketGatewayOptions,
  ) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.limits.messageBytes,
    });
  }

  apply(api: WebSocketApiSpec | undefined): void {
    this.api = api;
  }

  get stage(): string | undefined {
    return this.api?.stage;
  }

  find(connectionId: string): Connection | undefined {
    return this.connections.get(connectionId);
  }

  /** Handles the server's `upgrade` event. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    this.admit(request, socket, head).catch((error: unknown) => {
      console.error(error);
      refuse(socket, 500, 'Internal server error');
    });
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { api } = this;
    if (!this.options.isOwnHost(request.headers.host)) return refuse(socket, 421, 'Misdirected Request');
    if (!api || this.closing)
      return refuse(socket, api ? 503 : 404, api ? 'Service Unavailable' : 'Not Found');
    const facts: ConnectionFacts = {
      id: newRequestId(),
      connectedAt: Date.now(),
      identity: identityOf(request),
      authorizer: undefined,
      host: request.headers.host ?? 'localhost',
    };
    const authorized = await authorize(request, api, facts, this.options);
    if (!authorized.admitted) return refuse(socket, authorized.status, authorized.message);
    const known = { ...facts, authorizer: authorized.authorizer };
    const admission: Admission = await connect(request, api, known, this.options);
    if (!admission.admitted) return refuse(socket, admission.status, admission.message);
    // The client may have gone while $connect ran; what $connect recorded must be undone all the same.
    let accepted = false;
    if (!socket.destroyed) {
      this.server.handleUpgrade(request, socket, head, (webSocket) => {
        accepted = true;
        this.accept(webSocket, socket, known);
      });
    }
    if (!accepted) await this.disconnected(known, 1006, 'the client went away during the handshake');
  }

  private accept(webSocket: WebSocket, socket: Duplex, facts: ConnectionFacts): void {
    const { id, connectedAt, identity, authorizer, host } = facts;
    const connection = new Connection(id, webSocket, connectedAt, identity, authorizer, host, this.limits);
    this.connections.set(id, connection);
    this.sweeper ??= setInterval(() => this.sweep(), sweepMs).unref();
    const guard = new FrameGuard(this.limits.frameBytes);
    let refused = false;
    socket.prependListener('data', (chunk: Buffer) => {
      connection.touch();
      if (refused || !guard.exceeds(chunk)) return;
      refused = true;
      webSocket.close(1009, 'frame too large');
    });
    webSocket.on('message', (data, isBinary) => {
      if (refused) return;
      connection.enqueue(() => this.message(connection, data, isBinary));
    });
    // `ws` closes the connection itself with the code that fits (1002, 1007, 1009).
    webSocket.on('error', () => undefined);
    webSocket.on('close', (code, reason) => {
      this.connections.delete(id);
      const left = connection.settled().then(() => this.disconnected(facts, code, reason.toString('utf8')));
      this.leaving.add(left);
      void left.finally(() => this.leaving.delete(left));
    });
  }

  private async message(connection: Connection, data: RawData, isBinary: boolean): Promise<void> {
    const { api } = this;
    if (!api) return;
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    const text = isBinary ? '' : bytes.toString('utf8');
    const wanted = isBinary ? undefined : selectedRoute(api.routeSelectionExpression, text);
    const route =
      (wanted !== undefined && !wanted.startsWith('$') ? findRoute(api, wanted) : undefined) ??
      findRoute(api, '$default');
    const context = requestContext(api, connection, route?.routeKey ?? '$default', 'MESSAGE');
    const complaint = (message: string): string =>
      JSON.stringify({ message, connectionId: connection.id, requestId: context.requestId });
    if (!route) {
      await connection.send(complaint('Forbidden'));
      return;
    }
    const event = {
      requestContext: context,
      body: isBinary ? bytes.toString('base64') : text,
      isBase64Encoded: isBinary,
    };
    try {
      const answer = await this.run(route, event);
      if (answer !== undefined) await connection.send(answer);
    } catch {
      await connection.send(complaint('Internal server error'));
    }
  }

  /** What goes back to the client of a two-way route. Throws where the function failed. */
  private async run(route: Route, event: object): Promise<string | undefined> {
    const invocation = await within(
      route.timeoutMs,
      this.options.functions().invoke(route.functionName, JSON.stringify(event)),
    );
    if (invocation.functionError !== undefined) throw new RouteError(route.routeKey, invocation.payload);
    if (!route.respond) return undefined;
    const body = parseObject(invocation.payload)?.body;
    return typeof body === 'string' ? body : undefined;
  }

  private async disconnected(facts: ConnectionFacts, code: number, reason: string): Promise<void> {
    const { api } = this;
    const route = api && findRoute(api, '$disconnect');
    if (!api || !route) return;
    const context = requestContext(api, facts, '$disconnect', 'DISCONNECT');
    const headers = { Host: facts.host, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
    const event = {
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      requestContext: { ...context, disconnectStatusCode: code, disconnectReason: reason },
      isBase64Encoded: false,
    };
    // Best effort, as on AWS: nobody is left to be told.
    await this.run(route, event).catch((error: unknown) => {
      if (!(error instanceof RouteError)) console.error(error);
    });
  }

  /** Ends connections that are idle or old. */
  private sweep(): void {
    const now = Date.now();
    for (const { socket, lastActiveAt, connectedAt } of this.connections.values()) {
      if (now - lastActiveAt >= this.limits.idleMs || now - connectedAt >= this.limits.durationMs) {
        socket.close(1001, 'Going away');
      }
    }
  }

  /** Says goodbye to every client and runs their $disconnect, for at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.closing = true;
    clearInterval(this.sweeper);
    const open = [...this.connections.values()];
    const closed = open.map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    for (const { socket } of open) socket.close(1001, 'Going away');
    const everyone = Promise.all(closed).then(() => Promise.all(this.leaving));
    await within(graceMs, everyone).catch(() => undefined);
    for (const { socket } of open) socket.terminate();
    this.server.close();
  }
}

class RouteError extends Error {
  readonly code = 'ROUTE_FAILED';
  constructor(routeKey: string, payload: string) {
    super(`${routeKey} failed: ${payload}`);
  }
}

function findRoute(api: WebSocketApiSpec, routeKey: string): Route | undefined {
  return api.routes.find((route) => route.routeKey === routeKey);
}

/** Answers a handshake with an HTTP error; `message` may be the JSON that $connect answered. */
function refuse(socket: Duplex, status: number, message: string): void {
  if (socket.destroyed) return;
  const id = randomUUID();
  const given = /^\s*[[{]/.test(message);
  socket.end(
    given
      ? rawAnswer(status, 'application/json', message, id)
      : rawAnswer(status, problemType, problemBody(status, message, id), id),
  );
}
