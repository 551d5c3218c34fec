import { fieldErrors } from '@yorozu/service-kit/field-errors';
import { localeOf, type Locale } from '@yorozu/service-kit/locale';
import { isJson } from '@yorozu/service-kit/media-type';
import { withoutBlank } from '@yorozu/service-kit/query';
import { isForeign } from '@yorozu/service-kit/request-origin';
import { securityHeaders } from '@yorozu/service-kit/security-headers';
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { z } from 'zod';
import { isTransient } from './errors';
import { logger, observed } from './observability';
import { BrokenJson, ForeignOrigin, HttpProblem, UnsupportedMediaType, ValidationFailed } from './problem';

export interface HttpRequest {
  readonly correlationId: string;
  readonly event: APIGatewayProxyEventV2;
  readonly cookies: ReadonlyMap<string, string>;
  /** What Accept-Language asks for. */
  readonly locale: Locale;
  /** The JSON body, checked. Throws {@link UnsupportedMediaType}, {@link BrokenJson}, {@link ValidationFailed}. */
  readonly body: <T>(schema: z.ZodType<T>) => T;
  /** The query string, checked. Throws {@link ValidationFailed}. */
  readonly query: <T>(schema: z.ZodType<T>) => T;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set-Cookie values. */
  readonly cookies?: readonly string[];
}

/**
 * Whose pages may make a browser call a route that changes something: its own, those of the named origins (the
 * storefront), or, on a route that other sites are meant to post to, `anybody`'s.
 */
export interface CallerRule {
  readonly origins: readonly string[] | 'anybody';
}

type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A function behind the HTTP API (payload 2.0). Answers and problems carry the correlation id of the request; every
 * error becomes RFC 9457 problem+json, one that nobody foresaw a 500 whose cause stands only in the log.
 */
export function httpHandler(
  route: (request: HttpRequest) => Promise<HttpAnswer>,
  callers: CallerRule = { origins: [] },
): HttpHandler {
  return (event) => {
    const correlationId = correlationIdOf(event);
    return observed(correlationId, async () => {
      try {
        refuseForeign(event, callers);
        return answer(correlationId, await route(requestOf(event, correlationId)));
      } catch (error) {
        return problem(correlationId, error);
      }
    });
  };
}

function refuseForeign({ headers, requestContext }: APIGatewayProxyEventV2, { origins }: CallerRule): void {
  if (origins !== 'anybody' && isForeign(requestContext.http.method, headers, origins))
    throw new ForeignOrigin();
}

function correlationIdOf(event: APIGatewayProxyEventV2): string {
  const given = event.headers['x-correlation-id'];
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

function requestOf(event: APIGatewayProxyEventV2, correlationId: string): HttpRequest {
  return {
    correlationId,
    event,
    cookies: parseCookies(event.cookies ?? []),
    locale: localeOf(event.headers['accept-language']),
    body: (schema) => {
      if (!isJson(event.headers['content-type'])) throw new UnsupportedMediaType();
      return check(schema, parseBody(event));
    },
    query: (schema) => check(schema, withoutBlank(event.queryStringParameters ?? {})),
  };
}

function parseBody(event: APIGatewayProxyEventV2): unknown {
  const text = event.isBase64Encoded
    ? Buffer.from(event.body ?? '', 'base64').toString('utf8')
    : (event.body ?? '');
  try {
    return JSON.parse(text);
  } catch {
    throw new BrokenJson();
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ValidationFailed(fieldErrors(parsed.error, value));
}

function parseCookies(pairs: readonly string[]): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of pairs.flatMap((header) => header.split(';'))) {
    const at = pair.indexOf('=');
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return cookies;
}

/** What a route does not say otherwise; an answer may be kept by nobody unless its route allows it. */
function always(correlationId: string): Record<string, string> {
  return {
    'x-correlation-id': correlationId,
    'cache-control': 'no-store',
    ...securityHeaders(process.env['NODE_ENV']),
  };
}

function answer(
  correlationId: string,
  { status, body, headers, cookies }: HttpAnswer,
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      ...always(correlationId),
      ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...headers,
    },
    ...(cookies ? { cookies: [...cookies] } : {}),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

function problem(correlationId: string, error: unknown): APIGatewayProxyStructuredResultV2 {
  const known = error instanceof HttpProblem ? error : unforeseen(error);
  return {
    statusCode: known.status,
    headers: {
      ...always(correlationId),
      'content-type': 'application/problem+json; charset=utf-8',
      ...known.headers,
    },
    ...(known.cookies ? { cookies: [...known.cookies] } : {}),
    body: JSON.stringify({
      type: 'about:blank',
      title: known.title,
      status: known.status,
      detail: known.message,
      code: known.code,
      correlationId,
      ...(known.errors ? { errors: known.errors } : {}),
    }),
  };
}

function unforeseen(error: unknown): HttpProblem {
  logger.error('request failed', error as Error);
  if (!isTransient(error))
    return new HttpProblem(500, 'INTERNAL_ERROR', 'Internal error', 'Something went wrong on our side.');
  return new HttpProblem(503, 'TEMPORARILY_UNAVAILABLE', 'Temporarily unavailable', 'Try again shortly.', {
    headers: { 'retry-after': '1' },
  });
}
