import { securityHeaders } from '@yorozu/service-kit/security-headers';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { HostFilter } from '@yorozu/service-kit/hosts';
import { DomainError } from '../ledger/errors';
import { registerHealth, type HealthChecks } from './health';
import { sendError, sendProblem } from './problem';
import { registerRoutes, type RouteDeps } from './routes';

const header = 'x-correlation-id';
/** Of every answer. Inside the network there is no TLS, so no HSTS. */
const always = { 'cache-control': 'no-store', ...securityHeaders(undefined) };

const misdirected = new DomainError(
  421,
  'UNKNOWN_HOST',
  'This name is not served here',
  'ALLOWED_HOSTS does not name this host.',
);

export interface AppDeps extends RouteDeps {
  readonly logger: Logger;
  readonly health: HealthChecks;
  readonly isOwnHost: HostFilter;
}

/** The HTTP server, not yet listening. */
export function createApp(deps: AppDeps): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger per request would cost more than most requests log; what is logged names the request itself.
    childLoggerFactory: (logger) => logger,
    bodyLimit: 64 * 1024,
    // Clients keep connections for their next request; longer than they do, so that they close first.
    keepAliveTimeout: 75_000,
    genReqId: ({ headers }) => correlationId(headers[header]),
    frameworkErrors: (error, request, reply) => void sendError(error, request, reply),
  });
  const defaultJsonParser = app.getDefaultJsonParser('error', 'error');
  // A commit or release has no body, whatever content type a client announces for it.
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void defaultJsonParser(request, body as string, done);
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header(header, request.id).headers(always);
    done(deps.isOwnHost(request.headers.host) ? undefined : misdirected);
  });
  // Not at all unless someone reads it: this is the hot path.
  if (deps.logger.isLevelEnabled('debug')) {
    app.addHook('onResponse', (request, reply, done) => {
      const { method, url } = request;
      const { statusCode: status, elapsedTime: ms } = reply;
      request.log.debug({ correlationId: request.id, method, url, status, ms }, 'request');
      done();
    });
  }
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, {
      status: 404,
      code: 'NOT_FOUND',
      title: 'Not found',
      message: `There is no ${request.method} ${request.url.slice(0, 200)}.`,
    }),
  );
  registerHealth(app, deps.health);
  registerRoutes(app, deps);
  return app;
}

/** The caller's id if it is printable ASCII of at most 128 characters, otherwise a new one. */
function correlationId(value: string | string[] | undefined): string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value) ? value : randomUUID();
}
