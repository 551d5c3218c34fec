import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { fieldErrors, type FieldError } from '@yorozu/service-kit/field-errors';
import { isUnavailable } from '@yorozu/service-kit/unavailable';
import { STATUS_CODES } from 'node:http';
import type { z } from 'zod';
import { DomainError, LedgerUnavailableError, type ErrorItem } from '../ledger/errors';

/** RFC 9457 body; `code` is stable. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly correlationId: string;
  readonly errors?: readonly ErrorItem[];
}

export class ValidationError extends DomainError {
  constructor(errors: readonly FieldError[]) {
    super(
      400,
      'VALIDATION_FAILED',
      'Request not valid',
      'The request does not have the expected form.',
      errors,
    );
  }
}

/** What Fastify refuses before a route sees the request. */
const clientErrors: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'MALFORMED_JSON',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
};

/** The one place where errors become answers. */
export function sendError(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = thrown instanceof DomainError || !isUnavailable(thrown);
  const error = known ? thrown : new LedgerUnavailableError(thrown);
  if (error instanceof DomainError) {
    if (error.status >= 500) request.log.warn({ err: error, correlationId: request.id }, 'request refused');
    if (error.status === 503) void reply.header('retry-after', '1');
    return sendProblem(reply, error);
  }
  const status = (error as Partial<FastifyError>).statusCode ?? 500;
  if (status >= 400 && status < 500) {
    const code = clientErrors[(error as FastifyError).code] ?? 'BAD_REQUEST';
    const title = STATUS_CODES[status] ?? 'Bad Request';
    return sendProblem(reply, { status, code, title, message: (error as Error).message });
  }
  request.log.error({ err: error, correlationId: request.id }, 'request failed');
  return sendProblem(reply, {
    status: 500,
    code: 'INTERNAL_ERROR',
    title: 'Internal error',
    message: 'Something went wrong on our side.',
  });
}

interface ProblemSource {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly message: string;
  readonly errors?: readonly ErrorItem[] | undefined;
}

export function sendProblem(reply: FastifyReply, source: ProblemSource): FastifyReply {
  const problem: Problem = {
    type: 'about:blank',
    title: source.title,
    status: source.status,
    detail: source.message,
    code: source.code,
    correlationId: reply.request.id,
    ...(source.errors ? { errors: source.errors } : {}),
  };
  return reply
    .code(source.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/** Parses or throws a {@link ValidationError}. */
export function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new ValidationError(fieldErrors(parsed.error, value));
  return parsed.data;
}
