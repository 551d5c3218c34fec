import { Agent, errors, type Dispatcher } from 'undici';
import type { HttpProxyIntegration } from '../artefacts/model';
import { refuse, send, sourceIp, type Exchange, type Reply } from './exchange';
import { mapParameters, type OutgoingTarget } from './request-parameters';
import type { RouteMatch } from './router';

/** RFC 9110 section 7.6.1: these concern one connection only. `expect` was answered by Node already. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** HTTP proxy integrations over kept-alive connections; answers are streamed. */
export class HttpProxy {
  private readonly agent = new Agent({ connections: 256, pipelining: 1, keepAliveTimeout: 30_000 });

  /** Answers through `exchange.response`; resolves when the answer was sent, given up or is being streamed. */
  forward(
    exchange: Exchange,
    integration: HttpProxyIntegration,
    match: RouteMatch,
    body: Buffer | undefined,
    cors: { readonly headers: readonly string[]; readonly owned: boolean },
  ): Promise<void> {
    const target = outgoing(exchange, integration, match);
    return new Promise((resolve) => {
      const relay = new Relay(exchange, cors, resolve);
      this.agent.dispatch(
        {
          origin: target.origin,
          path: target.query ? `${target.path}?${target.query}` : target.path,
          method: integration.method ?? exchange.method,
          headers: target.headers,
          body: body ?? null,
          headersTimeout: integration.timeoutMs,
          bodyTimeout: integration.timeoutMs,
        },
        relay,
      );
    });
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }
}

function outgoing(
  exchange: Exchange,
  integration: HttpProxyIntegration,
  match: RouteMatch,
): OutgoingTarget & { origin: string } {
  const { origin, path, query } = splitUri(integration.uri);
  const filled = path.replace(
    /\{([^}]+)\}/g,
    (_, name: string) => match.parameters[name.replace(/\+$/, '')] ?? '',
  );
  const target: OutgoingTarget & { origin: string } = {
    origin,
    path: integration.appendPath ? exchange.path : filled || '/',
    query: query && exchange.queryString ? `${query}&${exchange.queryString}` : query || exchange.queryString,
    headers: requestHeaders(exchange),
  };
  mapParameters(target, integration.requestParameters, exchange, match);
  return target;
}

const split = new Map<string, { origin: string; path: string; query: string }>();

/** `URL` would encode the braces of path parameters. There are as many URIs as routes, so each is split once. */
function splitUri(uri: string): { origin: string; path: string; query: string } {
  let parts = split.get(uri);
  if (!parts) {
    const [, origin = '', path = '', query = ''] = /^(https?:\/\/[^/?]+)([^?]*)\??(.*)$/.exec(uri) ?? [];
    parts = { origin, path, query };
    split.set(uri, parts);
  }
  return parts;
}

function requestHeaders({ request }: Exchange): string[] {
  const named = namedByConnection(request.headers.connection);
  const headers: string[] = [];
  const raw = request.rawHeaders;
  let forwardedFor = '';
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    if (name === 'host' || hopByHop.has(name) || named?.has(name)) continue;
    if (name === 'x-forwarded-for') forwardedFor = forwardedFor ? `${forwardedFor}, ${value}` : value;
    else if (name !== 'x-forwarded-proto' && name !== 'x-forwarded-host' && name !== 'x-forwarded-port') {
      headers.push(name, value);
    }
  }
  const address = sourceIp(request);
  const host = request.headers.host ?? 'localhost';
  const by = request.socket.localAddress?.replace(/^::ffff:/, '') ?? '';
  headers.push(
    'x-forwarded-for',
    forwardedFor ? `${forwardedFor}, ${address}` : address,
    'x-forwarded-proto',
    'http',
    'x-forwarded-host',
    host,
    'x-forwarded-port',
    String(request.socket.localPort ?? ''),
    'forwarded',
    `by=${node(by)};for=${node(address)};host="${host.replace(/["\\]/g, '')}";proto=http`,
  );
  return headers;
}

/** RFC 7239 section 6: IPv6 addresses stand in brackets and quotes. */
function node(address: string): string {
  return address.includes(':') ? `"[${address}]"` : address;
}

function namedByConnection(connection: string | undefined): ReadonlySet<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.toLowerCase().split(/\s*,\s*/));
}

/** Writes the upstream's answer to the client as it comes in. */
class Relay implements Dispatcher.DispatchHandler {
  private ended = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly cors: { readonly headers: readonly string[]; readonly owned: boolean },
    private readonly done: () => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { response } = this.exchange;
    if (response.destroyed) controller.abort(new Error('the client has gone'));
    response.once('close', () => {
      if (!this.ended) controller.abort(new Error('the client has gone'));
    });
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode < 200) return;
    const { response, correlationId, requestId } = this.exchange;
    const headers: string[] = [];
    let correlated = false;
    const raw = (controller.rawHeaders ?? []) as readonly (Buffer | string)[];
    for (let index = 0; index < raw.length; index += 2) {
      const name = String(raw[index]).toLowerCase();
      if (hopByHop.has(name) || (this.cors.owned && name.startsWith('access-control-'))) continue;
      correlated ||= name === 'x-correlation-id';
      headers.push(name, raw[index + 1]?.toString('latin1') ?? '');
    }
    if (!correlated) headers.push('x-correlation-id', correlationId);
    headers.push('apigw-requestid', requestId, ...this.cors.headers);
    response.writeHead(statusCode, headers);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.exchange;
    if (response.write(chunk)) return;
    controller.pause();
    response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.ended = true;
    this.exchange.response.end();
    this.done();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.ended = true;
    const { response } = this.exchange;
    // Half an answer is out: cutting the connection is the only way left to say that it is incomplete.
    if (response.headersSent) response.destroy();
    else send(this.exchange, failure(error), this.cors.headers);
    this.done();
  }
}

function failure(error: Error): Reply {
  const late = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return late ? refuse(504, 'Gateway Timeout') : refuse(503, 'Service Unavailable');
}
