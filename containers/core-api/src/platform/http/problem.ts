import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import type { FieldError } from '@yorozu/service-kit/field-errors';
import { ProblemError, UnavailableError } from '../errors';
import { isUnavailable } from '../unavailable';

/** RFC 9457 with our members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly correlationId: string;
  readonly errors?: readonly FieldError[];
}

const codes: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  414: 'URI_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  431: 'HEADERS_TOO_LARGE',
};

export interface ProblemResponse {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a client sees of any error. Nothing of an unexpected error leaves the service. */
export function problemOf(error: unknown, correlationId: string): ProblemResponse {
  const known = error instanceof ProblemError ? error : isUnavailable(error) ? unavailable(error) : undefined;
  if (known) {
    const problem = build(known.status, known.code, known.title, known.message, correlationId);
    return {
      problem: { ...problem, ...known.members, ...(known.errors && { errors: known.errors }) },
      headers: known.headers,
    };
  }
  const status = clientStatus(error);
  if (status !== undefined) {
    const detail = error instanceof Error ? error.message : '';
    return {
      problem: build(status, codes[status] ?? 'BAD_REQUEST', phrase(status), detail, correlationId),
      headers: {},
    };
  }
  return {
    problem: build(500, 'INTERNAL_ERROR', phrase(500), 'Something went wrong on our side', correlationId),
    headers: {},
  };
}

function build(status: number, code: string, title: string, detail: string, correlationId: string): Problem {
  const type = `https://yorozu.example/problems/${code.toLowerCase().replaceAll('_', '-')}`;
  return { type, title, status, detail, code, correlationId };
}

function unavailable(error: unknown): UnavailableError {
  return new UnavailableError('A service this needs cannot be reached right now', undefined, {
    cause: error,
  });
}

/** Errors of Fastify and Nest that are the client's doing. */
function clientStatus(error: unknown): number | undefined {
  const status =
    error instanceof HttpException
      ? error.getStatus()
      : error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
        ? error.statusCode
        : undefined;
  return status !== undefined && status >= 400 && status < 500 ? status : undefined;
}

function phrase(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
