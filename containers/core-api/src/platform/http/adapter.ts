import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { finished } from 'node:stream';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { trustedProxies } from '@yorozu/service-kit/client-address';
import { hostFilter } from '@yorozu/service-kit/hosts';
import { securityHeaders } from '@yorozu/service-kit/security-headers';
import type { Env } from '../env';
import { MalformedJsonError, MisdirectedError } from '../errors';
import type { Logger } from '../logger';
import { correlationIdOf } from './correlation';
import { refuseForeign } from './foreign-origin';
import { serialise, sendProblem } from './problem.filter';
import { problemOf } from './problem';
import { RouteTable } from './route-table';

/** The largest legitimate body, an order of 50 lines, is under 10 KB. */
const bodyLimitBytes = 64 * 1024;

/** A body up to the gateway's own limit is read to its end before it is refused, or the sender never sees why. */
const drainLimitBytes = 10 * 1024 * 1024;

/** Fastify with our correlation ids, logs, body rules and error format, ready for Nest. */
export function createAdapter(
  logger: Logger,
  env: Pick<Env, 'ALLOWED_HOSTS' | 'NODE_ENV' | 'STOREFRONT_ORIGIN' | 'TRUSTED_PROXIES'>,
): { adapter: FastifyAdapter; routes: RouteTable } {
  const routes = new RouteTable();
  const isOwnHost = hostFilter(env.ALLOWED_HOSTS);
  // What a route does not say otherwise: an answer may be kept by nobody unless its route allows it.
  const always = { 'cache-control': 'no-store', ...securityHeaders(env.NODE_ENV) };
  const adapter = new FastifyAdapter({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    requestIdHeader: false,
    genReqId: correlationIdOf,
    bodyLimit: bodyLimitBytes,
    trustProxy: trustedProxies(env.TRUSTED_PROXIES),
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    requestTimeout: 15_000,
    keepAliveTimeout: 72_000,
    // Errors before a route is found, such as a broken percent-encoding.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(request, reply.headers(always), error),
    clientErrorHandler: refuseBrokenRequest,
    // Nest's middleware layer is not used, and costs time on every request.
    skipMiddie: true,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of Array.isArray(method) ? method : [method]) routes.add(one, url);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', request.id).headers(always);
    done(isOwnHost(request.headers.host) ? undefined : new MisdirectedError(request.host));
  });
  fastify.addHook('onRequest', refuseForeign([env.STOREFRONT_ORIGIN]));
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length <= bodyLimitBytes || length > drainLimitBytes) return done(null, payload);
    payload.resume();
    finished(payload, (error) => done(error ?? null, payload));
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const level =
      reply.statusCode >= 500 ? 'error' : quiet(request.method, reply.statusCode) ? 'debug' : 'info';
    request.log[level](
      {
        method: request.method,
        // Without the query, which may hold what a shopper typed.
        route: request.routeOptions.url ?? 'none',
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.user && { userId: request.user.id }),
      },
      'request',
    );
    done();
  });
  acceptOnlyJson(fastify);
  return { adapter, routes };
}

/** Successful reads are many and say little; metrics come from the load balancer. */
function quiet(method: string, status: number): boolean {
  return status < 400 && (method === 'GET' || method === 'HEAD');
}

/** JSON is the only body we take; an empty one is allowed because clients send the content type with DELETE too. */
function acceptOnlyJson(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    void parseJson(request, body as string, (error, value) => {
      if (error)
        return done(new MalformedJsonError('The body could not be parsed', undefined, { cause: error }));
      done(null, value);
    });
  });
}

/** Requests that Node's HTTP parser refuses never reach a route; they get the same format, straight on the socket. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  const id = correlationIdOf({ headers: {} });
  const refused = Object.assign(new Error('The request could not be read'), { statusCode: status });
  const body = serialise(problemOf(refused, id).problem);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/problem+json\r\n` +
      `x-correlation-id: ${id}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
