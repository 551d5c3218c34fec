import { request } from 'undici';
import type { HttpApiSpec } from '../artefacts/model';
import type { Gateway } from './index';
import { lambdaRoute, startGateway } from './testing';

let gateway: Gateway;
let url: string;
let seen: Record<string, unknown>[] = [];

const cors: HttpApiSpec['cors'] = {
  allowOrigins: ['https://shop.example', 'http://localhost:5173'],
  allowMethods: ['GET', 'POST'],
  allowHeaders: ['content-type', 'authorization'],
  exposeHeaders: ['location'],
  allowCredentials: true,
  maxAgeSeconds: 300,
};

beforeAll(async () => {
  const routes: HttpApiSpec['routes'] = [
    lambdaRoute('ANY /echo/{proxy+}', 'echo'),
    lambdaRoute('GET /object', 'object'),
    lambdaRoute('GET /text', 'text'),
    lambdaRoute('GET /headers', 'headers'),
    lambdaRoute('GET /binary', 'binary'),
    lambdaRoute('GET /throws', 'throws'),
    lambdaRoute('GET /nonsense', 'nonsense'),
    lambdaRoute('GET /slow', 'slow', 50),
    { ...lambdaRoute('GET /limited', 'text'), throttling: { rateLimit: 0.001, burstLimit: 2 } },
    {
      ...lambdaRoute('GET /private/{id}', 'echo'),
      authorizer: {
        type: 'lambda',
        name: 'simple',
        functionName: 'authorizer',
        identitySources: ['$request.header.Authorization'],
        simpleResponses: true,
        cacheSeconds: 60,
      },
    },
    {
      ...lambdaRoute('GET /policy', 'echo'),
      authorizer: {
        type: 'lambda',
        name: 'policy',
        functionName: 'policy-authorizer',
        identitySources: ['$request.querystring.key'],
        simpleResponses: false,
        cacheSeconds: 0,
      },
    },
  ];
  const started = await startGateway(
    { http: { routes, cors } },
    {
      echo: (event) => {
        seen.push(event);
        return { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: '{}' };
      },
      object: () => ({ hello: 'world' }),
      text: () => 'plain',
      headers: () => ({
        statusCode: 201,
        headers: { 'X-One': 1, 'x-correlation-id': 'mine', 'access-control-allow-origin': '*' },
        cookies: ['a=1; Path=/', 'b=2'],
        body: 'done',
      }),
      binary: () => ({
        statusCode: 200,
        headers: { 'content-type': 'image/png' },
        body: Buffer.from([137, 80, 0, 255]).toString('base64'),
        isBase64Encoded: true,
      }),
      throws: () => {
        throw new Error('secret reason');
      },
      nonsense: () => ({ statusCode: 'many' }),
      slow: () => new Promise((resolve) => setTimeout(resolve, 120)),
      authorizer: (event) => {
        seen.push(event);
        const [token] = event.identitySource as string[];
        if (token === 'broken') throw new Error('broken');
        return { isAuthorized: token === 'good', context: { user: 'u1' } };
      },
      'policy-authorizer': (event) => ({
        principalId: 'p',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect:
                (event.queryStringParameters as Record<string, string>).key === 'good' ? 'Allow' : 'Deny',
              Action: 'execute-api:Invoke',
              Resource: 'arn:aws:execute-api:*:*:http/$default/GET/*',
            },
          ],
        },
      }),
    },
  );
  ({ gateway, url } = started);
});

beforeEach(() => {
  seen = [];
});

afterAll(() => gateway.close(100));

async function call(path: string, options: Parameters<typeof request>[1] = {}) {
  const response = await request(url + path, options);
  return { status: response.statusCode, headers: response.headers, body: await response.body.text() };
}

describe('events of payload format 2.0', () => {
  it('carry path, query, headers, cookies and the request context', async () => {
    await call('/echo/a%20b/c?x=1&x=2&y=%26', {
      method: 'POST',
      headers: [
        'X-Many',
        '1',
        'x-many',
        '2',
        'Cookie',
        'sid=1; theme=dark',
        'content-type',
        'application/json',
      ],
      body: '{"a":1}',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a b/c',
      rawQueryString: 'x=1&x=2&y=%26',
      cookies: ['sid=1', 'theme=dark'],
      queryStringParameters: { x: '1,2', y: '&' },
      pathParameters: { proxy: 'a b/c' },
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        apiId: 'http',
        routeKey: 'ANY /echo/{proxy+}',
        stage: '$default',
        http: { method: 'POST', path: '/echo/a b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      },
    });
    const event = seen[0] as {
      headers: Record<string, string>;
      requestContext: { time: string; timeEpoch: number };
    };
    expect(event.headers).toMatchObject({ 'x-many': '1,2', 'x-forwarded-for': '127.0.0.1' });
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.requestContext.time).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Math.abs(event.requestContext.timeEpoch - Date.now())).toBeLessThan(60_000);
  });

  it('hold binary bodies as base64 and leave out what is empty', async () => {
    await call('/echo/x', {
      method: 'PUT',
      headers: { 'content-type': 'image/png' },
      body: Buffer.from([0, 255]),
    });
    await call('/echo/x');
    expect(seen[0]).toMatchObject({ body: 'AP8=', isBase64Encoded: true });
    expect(seen[1]).not.toHaveProperty('body');
    expect(seen[1]).not.toHaveProperty('queryStringParameters');
    expect(seen[1]).not.toHaveProperty('cookies');
  });
});

describe('answers of functions', () => {
  it('without a statusCode are the JSON body of a 200', async () => {
    expect(await call('/object')).toMatchObject({
      status: 200,
      body: '{"hello":"world"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await call('/text')).toMatchObject({ status: 200, body: 'plain' });
  });

  it('set status, headers and several cookies', async () => {
    const { status, headers, body } = await call('/headers');
    expect({ status, body }).toEqual({ status: 201, body: 'done' });
    expect(headers).toMatchObject({
      'x-one': '1',
      'set-cookie': ['a=1; Path=/', 'b=2'],
      'x-correlation-id': 'mine',
    });
    expect(headers['content-type']).toBe('text/plain;charset=UTF-8');
  });

  it('may be binary', async () => {
    const response = await request(`${url}/binary`);
    expect(Buffer.from(await response.body.arrayBuffer())).toEqual(Buffer.from([137, 80, 0, 255]));
  });

  test.each(['/throws', '/nonsense'])('%s is an internal server error without its reason', async (path) => {
    expect(await call(path)).toMatchObject({
      status: 500,
      body: expect.stringContaining('"message":"Internal Server Error"'),
    });
  });

  it('that take longer than the integration may are a 503', async () => {
    expect(await call('/slow')).toMatchObject({
      status: 503,
      body: expect.stringContaining('"message":"Service Unavailable"'),
    });
  });
});

describe('the gateway itself', () => {
  it('answers 404 where there is no route', async () => {
    expect(await call('/nowhere')).toMatchObject({
      status: 404,
      body: expect.stringContaining('"message":"Not Found"'),
    });
  });

  it('throttles a route by its token bucket', async () => {
    const statuses = [];
    for (let index = 0; index < 3; index++) statuses.push((await call('/limited')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await call('/limited')).headers).toMatchObject({
      'retry-after': '1',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    expect((await call('/text')).status).toBe(200);
  });

  it('passes a correlation id on and makes one where none was sent', async () => {
    expect(
      (await call('/text', { headers: { 'x-correlation-id': 'abc-1' } })).headers['x-correlation-id'],
    ).toBe('abc-1');
    expect((await call('/text')).headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await call('/nowhere')).headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses bodies over 10 MB', async () => {
    const declared = await call('/echo/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(declared).toMatchObject({
      status: 413,
      body: expect.stringContaining('"message":"Request Entity Too Large"'),
    });
    expect(seen).toHaveLength(0);
  });
});

describe('CORS', () => {
  const preflight = {
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  };

  it('answers a preflight request of an allowed origin, also where no route is', async () => {
    const origin = 'http://localhost:5173';
    const { status, headers } = await call('/nowhere', {
      method: 'OPTIONS',
      headers: { origin, ...preflight },
    });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type,authorization',
      'access-control-max-age': '300',
    });
  });

  it('gives an origin that is not allowed nothing', async () => {
    const { status, headers } = await call('/text', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', ...preflight },
    });
    expect(status).toBe(204);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('replaces what the integration says', async () => {
    const { headers } = await call('/headers', { headers: { origin: 'https://shop.example' } });
    expect(headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(headers['access-control-expose-headers']).toBe('location');
    expect((await call('/headers')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('Lambda authorizers', () => {
  it('let in with context, keep out, and are cached by identity', async () => {
    const good = await call('/private/1', { headers: { authorization: 'good' } });
    await call('/private/2', { headers: { authorization: 'good' } });
    expect(good.status).toBe(200);
    expect(seen.filter((event) => event.type === 'REQUEST')).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      type: 'REQUEST',
      identitySource: ['good'],
      routeArn: 'arn:aws:execute-api:ap-northeast-1:000000000000:http/$default/GET/private/1',
    });
    expect(seen[1]).toMatchObject({ requestContext: { authorizer: { lambda: { user: 'u1' } } } });
  });

  test.each([
    [{}, 401, 'Unauthorized'],
    [{ authorization: 'bad' }, 403, 'Forbidden'],
    [{ authorization: 'broken' }, 500, 'Internal Server Error'],
  ])('%j gets %i', async (headers, status, message) => {
    expect(await call('/private/1', { headers })).toMatchObject({
      status,
      body: expect.stringContaining(`"message":"${message}"`),
    });
  });

  it('understand IAM policies', async () => {
    expect((await call('/policy?key=good')).status).toBe(200);
    expect((await call('/policy?key=bad')).status).toBe(403);
    expect((await call('/policy')).status).toBe(401);
  });
});
