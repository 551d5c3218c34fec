import { RouteConfig } from '@nestjs/platform-fastify';
import { isForeign } from '@yorozu/service-kit/request-origin';
import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { ProblemError } from '../errors';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Pages of other sites may make a browser call the route. */
    anyOrigin?: boolean;
  }
}

/** Another site's page made the browser send the request. */
export class ForeignOriginError extends ProblemError {
  readonly status = 403;
  readonly code = 'FORBIDDEN_ORIGIN';
  readonly title = 'Forbidden origin';
}

/** Names a route that other sites are meant to post to, such as a one-click unsubscribe. */
export const AnyOrigin = () => RouteConfig({ anyOrigin: true });

/** Refuses what a page of another site sends to change something, on every route that is not {@link AnyOrigin}. */
export function refuseForeign(allowed: readonly string[]) {
  return (request: FastifyRequest, _reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    const open = request.routeOptions.config.anyOrigin === true;
    if (open || !isForeign(request.method, request.headers, allowed)) return done();
    done(new ForeignOriginError('This may only be called by pages of the shop'));
  };
}
