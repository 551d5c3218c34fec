import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import type { HttpApiSpec, HttpIntegration } from '../artefacts/model';
import type { FunctionPort } from '../ports';
import { Cors } from './cors';
import {
  BodyTooLargeError,
  openExchange,
  readBody,
  refuse,
  send,
  type Exchange,
  type Reply,
} from './exchange';
import { httpEvent, type ApiIdentity, type AuthorizerContext } from './http-event';
import { HttpProxy } from './http-proxy';
import { httpResult } from './http-result';
import { JwtAuthorizer } from './jwt';
import { LambdaAuthorizer } from './lambda-authorizer';
import { Router, type RouteMatch } from './router';
import { Throttle } from './throttle';

export interface HttpGatewayOptions {
  readonly region: string;
  readonly accountId: string;
  readonly functions: () => FunctionPort;
  readonly isOwnHost: HostFilter;
}

/** What is compiled from one version of the API's definition. */
interface Compiled {
  readonly router: Router;
  readonly cors: Cors | undefined;
  readonly throttle: Throttle;
  readonly lambdaAuthorizer: LambdaAuthorizer;
  readonly identity: ApiIdentity;
}

/** An API Gateway HTTP API: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html */
export class HttpGateway {
  private compiled: Compiled;
  private readonly proxy = new HttpProxy();
  private readonly jwt = new JwtAuthorizer();

  constructor(
    api: HttpApiSpec,
    private readonly options: HttpGatewayOptions,
  ) {
    this.compiled = this.compile(api);
  }

  /** Takes on a changed definition; requests under way keep the old one. */
  apply(api: HttpApiSpec): void {
    this.compiled = this.compile(api);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const exchange = openExchange(request, response);
    const { compiled } = this;
    if (!this.options.isOwnHost(request.headers.host)) return send(exchange, misdirected, []);
    const cors = compiled.cors?.headers(exchange) ?? [];
    this.serve(exchange, compiled, cors).catch((error: unknown) => {
      if (request.destroyed && !request.complete) return;
      if (error instanceof BodyTooLargeError) {
        send(exchange, refuse(413, 'Request Entity Too Large'), cors);
        return;
      }
      console.error(error);
      send(exchange, internalError, cors);
    });
  }

  close(): Promise<void> {
    return this.proxy.close();
  }

  private compile(api: HttpApiSpec): Compiled {
    const { region, accountId, functions } = this.options;
    const identity = { accountId, apiId: api.apiId };
    return {
      router: new Router(api.routes),
      cors: api.cors && new Cors(api.cors),
      throttle: new Throttle(api),
      lambdaAuthorizer: new LambdaAuthorizer(functions, { ...identity, region }),
      identity,
    };
  }

  private async serve(exchange: Exchange, compiled: Compiled, cors: readonly string[]): Promise<void> {
    const preflight = compiled.cors?.preflight(exchange);
    if (preflight) return send(exchange, preflight, cors);
    const match = compiled.router.match(exchange.method, exchange.path);
    if (!match) return send(exchange, refuse(404, 'Not Found'), cors);
    if (!compiled.throttle.allows(match.route, exchange.receivedAt)) {
      return send(exchange, refuse(429, 'Too Many Requests'), cors);
    }
    const { authorizer, authorizationScopes, integration } = match.route;
    let context: AuthorizerContext | undefined;
    if (authorizer) {
      const decision =
        authorizer.type === 'jwt'
          ? await this.jwt.authorize(exchange, authorizer, authorizationScopes ?? [])
          : await compiled.lambdaAuthorizer.authorize(exchange, authorizer, match);
      if (!decision.allowed) return send(exchange, decision.reply, cors);
      context = decision.context;
    }
    if (integration.type === 'http') {
      const body = hasBody(exchange.request) ? await readBody(exchange.request) : undefined;
      return this.proxy.forward(exchange, integration, match, body, {
        headers: cors,
        owned: compiled.cors !== undefined,
      });
    }
    const reply = await this.invoke(exchange, match, integration, compiled.identity, context);
    send(exchange, compiled.cors ? withoutCors(reply) : reply, cors);
  }

  private async invoke(
    exchange: Exchange,
    match: RouteMatch,
    integration: HttpIntegration & { type: 'lambda' },
    identity: ApiIdentity,
    context: AuthorizerContext | undefined,
  ): Promise<Reply> {
    const body = await readBody(exchange.request);
    const event = JSON.stringify(httpEvent(exchange, match, identity, body, context));
    try {
      const invocation = await within(
        integration.timeoutMs,
        this.options.functions().invoke(integration.functionName, event),
      );
      if (invocation.functionError !== undefined) return internalError;
      return httpResult(invocation.payload) ?? internalError;
    } catch (error) {
      const status = statusOf(error);
      if (status === 413) return refuse(413, 'Request Too Long');
      if (error instanceof IntegrationTimeoutError || status === 429)
        return refuse(503, 'Service Unavailable');
      throw error;
    }
  }
}

const misdirected = refuse(421, 'Misdirected Request', [['connection', 'close']]);
const internalError = refuse(500, 'Internal Server Error');

class IntegrationTimeoutError extends Error {
  readonly code = 'INTEGRATION_TIMEOUT';
}

/** @throws IntegrationTimeoutError */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new IntegrationTimeoutError()), timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return length === undefined ? encoding !== undefined : length !== '0';
}

function withoutCors(reply: Reply): Reply {
  return { ...reply, headers: (reply.headers ?? []).filter(([name]) => !/^access-control-/i.test(name)) };
}

function statusOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null && 'status' in error && typeof error.status === 'number'
    ? error.status
    : undefined;
}
