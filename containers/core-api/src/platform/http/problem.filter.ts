import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../errors';
import { problemOf, type Problem } from './problem';
import type { RouteTable } from './route-table';

export class MethodNotAllowedError extends ProblemError {
  readonly status = 405;
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly title = 'Method Not Allowed';
  override readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not possible here`);
    this.headers = { allow: allowed.join(', ') };
  }
}

/** Turns every error, ours, Nest's and Fastify's, into problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly routes: RouteTable) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    sendProblem(request, http.getResponse<FastifyReply>(), this.moreExactly(error, request));
  }

  /** Nest reports a known path with the wrong method as not found too. */
  private moreExactly(error: unknown, request: FastifyRequest): unknown {
    if (!(error instanceof NotFoundException)) return error;
    const path = request.url.split('?', 1)[0] ?? '/';
    const allowed = this.routes.methodsOf(path);
    if (allowed.length > 0) return new MethodNotAllowedError(request.method, allowed);
    return new NotFoundException('There is nothing at this address');
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const { problem, headers } = problemOf(error, request.id);
  if (problem.status === 503) request.log.warn({ cause: causeOf(error) }, 'a dependency is away');
  else if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  if (reply.sent) return;
  void reply
    .code(problem.status)
    .headers({ 'cache-control': 'no-store', ...headers, 'x-correlation-id': request.id })
    .type('application/problem+json')
    .send(serialise(problem));
}

export function serialise(problem: Problem): string {
  return JSON.stringify(problem);
}

/** An outage fails every request alike: what is away matters, the stack does not. */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
