import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { TransientError } from './errors';
import { httpHandler, type CallerRule, type HttpAnswer, type HttpRequest } from './http';
import { HttpProblem } from './problem';

const json = { 'content-type': 'application/json' };

function event(more: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  const requestContext = { http: { method: 'POST', sourceIp: '192.0.2.1' } };
  return {
    headers: json,
    rawPath: '/',
    isBase64Encoded: false,
    requestContext,
    ...more,
  } as unknown as APIGatewayProxyEventV2;
}
const call = (
  route: (request: HttpRequest) => Promise<HttpAnswer>,
  more?: Partial<APIGatewayProxyEventV2>,
  callers?: CallerRule,
) => httpHandler(route, callers)(event(more));
const body = (answer: { body?: string | undefined }): unknown => JSON.parse(answer.body ?? 'null');

test('answers JSON with the correlation id of the request and its cookies', async () => {
  const answer = await call(async () => ({ status: 201, body: { a: 1 }, cookies: ['x=1'] }), {
    headers: { 'x-correlation-id': 'c-1' },
  });
  expect(answer).toMatchObject({
    statusCode: 201,
    headers: { 'x-correlation-id': 'c-1', 'content-type': 'application/json; charset=utf-8' },
    cookies: ['x=1'],
    body: '{"a":1}',
  });
});

test.each([undefined, '', 'a b', 'x'.repeat(129), 'a\nb'])(
  'makes a correlation id where %j is sent',
  async (sent) => {
    const headers = sent === undefined ? {} : { 'x-correlation-id': sent };
    const answer = await call(async () => ({ status: 204 }), { headers });
    expect(answer.headers?.['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.body).toBeUndefined();
  },
);

const schema = z.object({ email: z.string(), age: z.int() });

test.each([
  ['{"email":', 'MALFORMED_JSON', undefined],
  ['', 'MALFORMED_JSON', undefined],
  ['null', 'VALIDATION_FAILED', ''],
  ['[]', 'VALIDATION_FAILED', ''],
  ['{"email":"a","age":"x"}', 'VALIDATION_FAILED', 'age'],
])('the body %s is refused with %s', async (text, code, path) => {
  const answer = await call(async (request) => ({ status: 200, body: request.body(schema) }), { body: text });
  expect(answer.headers?.['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(body(answer)).toMatchObject({
    status: 400,
    code,
    correlationId: answer.headers?.['x-correlation-id'],
    ...(path === undefined ? {} : { errors: [expect.objectContaining({ path })] }),
  });
});

test('a body in base64 is read', async () => {
  const text = Buffer.from('{"email":"花","age":1}').toString('base64');
  const answer = await call(async (request) => ({ status: 200, body: request.body(schema) }), {
    body: text,
    isBase64Encoded: true,
  });
  expect(body(answer)).toEqual({ email: '花', age: 1 });
});

test('problems keep their headers and cookies', async () => {
  const answer = await call(async () => {
    throw new HttpProblem(429, 'SLOW', 'Slow down', 'Wait.', {
      headers: { 'retry-after': '9' },
      cookies: ['a='],
    });
  });
  expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '9' }, cookies: ['a='] });
});

test.each([
  [new TransientError('X', 'host 10.0.0.1 refused'), 503, 'TEMPORARILY_UNAVAILABLE'],
  [new TypeError('secret of the house'), 500, 'INTERNAL_ERROR'],
])('%s is answered without its details', async (error, status, code) => {
  const answer = await call(async () => {
    throw error;
  });
  expect(body(answer)).toMatchObject({ status, code });
  expect(answer.body).not.toContain(error.message);
});

test.each([
  [undefined, 'ja'],
  ['en-US,en;q=0.9', 'en'],
  ['fr, ja;q=0.5, en;q=0.9', 'en'],
  ['ja,en;q=0.8', 'ja'],
  ['en;q=0', 'ja'],
  ['*', 'ja'],
])('Accept-Language %s means %s', async (header, locale) => {
  const headers = header === undefined ? {} : { 'accept-language': header };
  const answer = await call(async (request) => ({ status: 200, body: request.locale }), { headers });
  expect(body(answer)).toBe(locale);
});

test('cookies are read by name', async () => {
  const answer = await call(async ({ cookies }) => ({ status: 200, body: [...cookies] }), {
    cookies: ['refresh_token=a=b', 'sid=1; x=2', 'broken'],
  });
  expect(body(answer)).toEqual([
    ['refresh_token', 'a=b'],
    ['sid', '1'],
    ['x', '2'],
  ]);
});

test.each([
  ['text/plain', '{"email":"a","age":1}'],
  ['application/x-www-form-urlencoded', 'email=a'],
  [undefined, '{"email":"a","age":1}'],
  [undefined, undefined],
])('a body of type %s is refused', async (type, text) => {
  const answer = await call(async (request) => ({ status: 200, body: request.body(schema) }), {
    headers: type === undefined ? {} : { 'content-type': type },
    ...(text === undefined ? {} : { body: text }),
  });
  expect(body(answer)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
});

describe('a page of another site', () => {
  const foreign = { headers: { ...json, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } };
  const storefront = { headers: { ...json, origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' } };
  const callers = { origins: ['https://shop.example'] };
  let done: number;
  const route = async (): Promise<HttpAnswer> => ({ status: 200, body: (done += 1) });
  beforeEach(() => {
    done = 0;
  });

  test('changes nothing', async () => {
    expect(body(await call(route, foreign, callers))).toMatchObject({
      status: 403,
      code: 'FORBIDDEN_ORIGIN',
    });
    expect(body(await call(route, storefront))).toMatchObject({ status: 403 });
    expect(done).toBe(0);
  });

  test('may where the route is named for it; the storefront always may', async () => {
    expect((await call(route, foreign, { origins: 'anybody' })).statusCode).toBe(200);
    expect((await call(route, storefront, callers)).statusCode).toBe(200);
    expect((await call(route, { headers: json }, callers)).statusCode).toBe(200);
  });
});

test('answers are kept by nobody, and guessed at, framed and told about nowhere', async () => {
  const safe = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  };
  expect((await call(async () => ({ status: 200, body: {} }))).headers).toMatchObject(safe);
  expect((await call(() => Promise.reject(new TypeError('x')))).headers).toMatchObject(safe);
  const cached = await call(async () => ({ status: 200, headers: { 'cache-control': 'max-age=1' } }));
  expect(cached.headers?.['cache-control']).toBe('max-age=1');
});

test('HSTS is told in production only', async () => {
  const { NODE_ENV } = process.env;
  const told = async () => (await call(async () => ({ status: 204 }))).headers?.['strict-transport-security'];
  try {
    process.env['NODE_ENV'] = 'production';
    expect(await told()).toMatch(/^max-age=\d{8}/);
    process.env['NODE_ENV'] = 'development';
    expect(await told()).toBeUndefined();
  } finally {
    process.env['NODE_ENV'] = NODE_ENV;
  }
});
