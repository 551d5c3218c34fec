import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { request } from 'undici';
import { endpoint, gatewayServed, type Endpoint } from './support/endpoint';

const suite = gatewayServed ? describe : describe.skip;

suite('API Gateway HTTP API (needs the test template: CONFORMANCE_GATEWAY_URL)', () => {
  let target: Endpoint;
  let url: string;
  let upstream: Server;
  let privateKey: CryptoKey;
  let seen: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders } | undefined;

  beforeAll(async () => {
    upstream = createServer((incoming, outgoing) => {
      seen = { method: incoming.method, url: incoming.url, headers: incoming.headers };
      incoming.resume();
      if (incoming.url !== '/upstream/hang')
        outgoing.writeHead(202, { 'set-cookie': ['a=1', 'b=2'] }).end('from upstream');
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const pair = await generateKeyPair('RS256');
    privateKey = pair.privateKey;
    const key = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    target = await endpoint({
      parameters: {
        '/conformance/upstream-url': `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
        '/conformance/jwks': JSON.stringify({ keys: [key] }),
      },
    });
    url = target.gatewayUrl ?? '';
  });

  afterAll(async () => {
    await target.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  async function call(path: string, options: Parameters<typeof request>[1] = {}) {
    const { statusCode, headers, body } = await request(url + path, options);
    return { status: statusCode, headers, body: await body.text() };
  }

  async function token(claims: Record<string, unknown> = {}): Promise<string> {
    return new SignJWT({ iss: url, aud: 'conformance', sub: 'u1', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
  }

  it('gives functions events of payload format 2.0', async () => {
    const { body, headers } = await call('/echo/a%20b/c?x=1&x=2', {
      method: 'POST',
      headers: { cookie: 'one=1; two=2', 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a b/c',
      rawQueryString: 'x=1&x=2',
      queryStringParameters: { x: '1,2' },
      pathParameters: { proxy: 'a b/c' },
      cookies: ['one=1', 'two=2'],
      body: '{"a":1}',
      isBase64Encoded: false,
      requestContext: { stage: '$default', http: { method: 'POST' } },
    });
  });

  test.each([
    ['/echo/exact', 'GET', 'GET /echo/exact'],
    ['/echo/one', 'GET', 'GET /echo/{id}'],
    ['/echo/one/two', 'GET', 'ANY /echo/{proxy+}'],
    ['/echo/one', 'PUT', 'ANY /echo/{proxy+}'],
  ] as const)('%s by %s takes the route %s', async (path, method, routeKey) => {
    expect(JSON.parse((await call(path, { method })).body)).toMatchObject({ routeKey });
  });

  it('turns results into answers', async () => {
    expect(await call('/echo/exact?answer=text')).toMatchObject({ status: 200, body: 'text' });
    expect(await call('/echo/exact?answer=object')).toMatchObject({ status: 200, body: '{"hello":"world"}' });
    expect(await call('/echo/exact?answer=cookies')).toMatchObject({
      status: 201,
      body: 'made',
      headers: { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] },
    });
    const binary = await request(`${url}/echo/exact?answer=binary`);
    expect([...new Uint8Array(await binary.body.arrayBuffer())]).toEqual([0, 255]);
  });

  test.each([
    ['/echo/exact?answer=throw', 500, 'Internal Server Error'],
    ['/slow', 503, 'Service Unavailable'],
    ['/nowhere', 404, 'Not Found'],
  ])('%s is %i', async (path, status, message) => {
    expect(await call(path)).toMatchObject({
      status,
      body: expect.stringContaining(`"message":"${message}"`),
    });
  });

  it('proxies requests', async () => {
    const { status, headers, body } = await call('/proxy/a%2Fb?q=1', {
      method: 'DELETE',
      headers: { 'x-a': 'b' },
    });
    expect({ status, body }).toEqual({ status: 202, body: 'from upstream' });
    expect(headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(seen).toMatchObject({ method: 'DELETE', url: '/upstream/a%2Fb?q=1' });
    expect(seen?.headers['x-a']).toBe('b');
    expect(seen?.headers['forwarded']).toMatch(/for=.*;host=.*;proto=http/);
  });

  it('gives an upstream that does not answer up', async () => {
    expect((await call('/proxy/hang')).status).toBe(504);
  });

  it('checks JWTs', async () => {
    const good = await call('/jwt', {
      headers: { authorization: `Bearer ${await token({ scope: 'read' })}` },
    });
    expect(JSON.parse(good.body)).toMatchObject({
      requestContext: { authorizer: { jwt: { claims: { sub: 'u1' }, scopes: ['read'] } } },
    });
    const refused = { status: 401, body: expect.stringContaining('"message":"Unauthorized"') };
    expect(await call('/jwt')).toMatchObject(refused);
    const other = { headers: { authorization: `Bearer ${await token({ aud: 'other' })}` } };
    expect(await call('/jwt', other)).toMatchObject(refused);
    const reader = { headers: { authorization: `Bearer ${await token({ scope: 'read' })}` } };
    expect(await call('/scoped', reader)).toMatchObject({
      status: 403,
      body: expect.stringContaining('"message":"Forbidden"'),
    });
    const writer = { headers: { authorization: `Bearer ${await token({ scope: 'read write' })}` } };
    expect((await call('/scoped', writer)).status).toBe(200);
  });

  it('asks Lambda authorizers', async () => {
    const good = await call('/simple', { headers: { 'x-key': 'good' } });
    expect(JSON.parse(good.body)).toMatchObject({
      requestContext: { authorizer: { lambda: { key: 'good' } } },
    });
    expect((await call('/simple', { headers: { 'x-key': 'bad' } })).status).toBe(403);
    expect((await call('/simple')).status).toBe(401);
  });

  it('handles CORS', async () => {
    const preflight = { 'access-control-request-method': 'POST' };
    const allowed = await call('/echo/x', {
      method: 'OPTIONS',
      headers: { origin: 'https://two.example', ...preflight },
    });
    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://two.example',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    });
    const other = await call('/echo/x', {
      method: 'OPTIONS',
      headers: { origin: 'https://three.example', ...preflight },
    });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
    const simple = await call('/echo/x', { headers: { origin: 'https://one.example' } });
    expect(simple.headers['access-control-allow-origin']).toBe('https://one.example');
  });

  it('throttles', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 6 }, async () => (await call('/limited')).status),
    );
    expect(statuses).toContain(200);
    expect(statuses).toContain(429);
  });
});
