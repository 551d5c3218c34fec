import { createServer, get, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { Readable } from 'node:stream';
import { request } from 'undici';
import type { HttpApiSpec } from '../artefacts/model';
import type { Gateway } from './index';
import { listening, startGateway } from './testing';

let upstream: Server;
let upstreamUrl: string;
let gateway: Gateway;
let url: string;
let seen: { method: string; url: string; headers: IncomingHttpHeaders; body: string }[] = [];
let sockets = 0;

beforeAll(async () => {
  upstream = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      seen.push({ method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body });
      if (incoming.url === '/api/hang') return;
      if (incoming.url === '/api/cut') {
        outgoing.writeHead(200, { 'content-length': 100 });
        outgoing.write('half', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(201, {
        'set-cookie': ['a=1', 'b=2'],
        'x-upstream': 'yes',
        'access-control-allow-origin': '*',
      });
      outgoing.end(`echo:${body.length}`);
    });
  });
  upstream.on('connection', () => (sockets += 1));
  upstreamUrl = await listening(upstream);
  const http = (uri: string, extra: object = {}): HttpApiSpec['routes'][number]['integration'] => ({
    type: 'http',
    uri,
    appendPath: false,
    timeoutMs: 150,
    requestParameters: {},
    ...extra,
  });
  const started = await startGateway({
    http: {
      routes: [
        { routeKey: 'ANY /api/{proxy+}', integration: http(`${upstreamUrl}/api/{proxy}`) },
        { routeKey: 'ANY /private/{proxy+}', integration: http(upstreamUrl, { appendPath: true }) },
        { routeKey: 'GET /fixed', integration: http(`${upstreamUrl}/here?a=1`, { method: 'POST' }) },
        {
          routeKey: 'GET /mapped/{id}',
          integration: http(`${upstreamUrl}/x`, {
            requestParameters: {
              'overwrite:path': '/items/$request.path.id/raw',
              'append:header.x-trace': '${context.requestId}',
              'overwrite:querystring.kind': '$request.header.x-kind',
              'remove:header.x-secret': '',
            },
          }),
        },
        { routeKey: 'GET /down', integration: http('http://127.0.0.1:1/') },
      ],
    },
  });
  ({ gateway, url } = started);
});

beforeEach(() => {
  seen = [];
});

afterAll(async () => {
  await gateway.close(100);
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // The gateway gave up on this request.
  }
  return Buffer.concat(chunks).toString('utf8');
}

describe('HTTP proxy integration', () => {
  it('passes method, path as encoded, query, body and answer on', async () => {
    const response = await request(`${url}/api/a%2Fb/c?q=%E4%B8%87&x=1`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-correlation-id': 'c-1',
        'X-Forwarded-For': '9.9.9.9',
      },
      body: '{"a":1}',
    });
    expect([response.statusCode, await response.body.text()]).toEqual([201, 'echo:7']);
    expect(response.headers).toMatchObject({
      'set-cookie': ['a=1', 'b=2'],
      'x-upstream': 'yes',
      'x-correlation-id': 'c-1',
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/api/a%2Fb/c?q=%E4%B8%87&x=1', body: '{"a":1}' });
    expect(seen[0]?.headers).toMatchObject({
      host: new URL(upstreamUrl).host,
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': new URL(url).host,
      forwarded: `by=127.0.0.1;for=127.0.0.1;host="${new URL(url).host}";proto=http`,
    });
  });

  it('drops headers that concern one connection only', async () => {
    const headers = { connection: 'x-hop, close', 'x-hop': '1', te: 'trailers' };
    await new Promise((resolve) =>
      get(`${url}/api/x`, { headers }, (response) => response.resume().on('end', resolve)),
    );
    expect(seen[0]?.headers).not.toHaveProperty('x-hop');
    expect(seen[0]?.headers).not.toHaveProperty('te');
  });

  it('streams bodies of unknown length', async () => {
    const { statusCode, body } = await request(`${url}/api/x`, {
      method: 'PUT',
      body: Readable.from(['ab', 'cd']),
    });
    expect([statusCode, await body.text(), seen[0]?.body]).toEqual([201, 'echo:4', 'abcd']);
  });

  it('appends the path of a private integration and takes a fixed URI as it is', async () => {
    await (await request(`${url}/private/a/b?x=1`)).body.dump();
    await (await request(`${url}/fixed?b=2`)).body.dump();
    expect(seen.map((call) => [call.method, call.url])).toEqual([
      ['GET', '/private/a/b?x=1'],
      ['POST', '/here?a=1&b=2'],
    ]);
  });

  it('maps parameters', async () => {
    await (await request(`${url}/mapped/7`, { headers: { 'x-kind': 'k', 'x-secret': 's' } })).body.dump();
    expect(seen[0]?.url).toBe('/items/7/raw?kind=k');
    expect(seen[0]?.headers['x-trace']).toMatch(/=$/);
    expect(seen[0]?.headers).not.toHaveProperty('x-secret');
  });

  it('keeps connections to the upstream', async () => {
    const before = sockets;
    for (let index = 0; index < 10; index++) await (await request(`${url}/api/${index}`)).body.dump();
    expect(sockets - before).toBeLessThanOrEqual(1);
  });

  test.each([
    ['/down', 503, 'Service Unavailable'],
    ['/api/hang', 504, 'Gateway Timeout'],
  ])('%s is %i', async (path, status, message) => {
    const response = await request(url + path);
    expect([response.statusCode, await response.body.json()]).toMatchObject([status, { message }]);
    expect(response.headers['x-correlation-id']).toBeDefined();
  });

  it('cuts the connection where half an answer came', async () => {
    const response = await request(`${url}/api/cut`);
    await expect(response.body.text()).rejects.toThrow();
  });

  it('refuses bodies over 10 MB, declared or streamed', async () => {
    const big = Buffer.alloc(10 * 1024 * 1024 + 1);
    const declared = await request(`${url}/api/x`, { method: 'POST', body: big });
    expect([declared.statusCode, await declared.body.json()]).toMatchObject([
      413,
      { message: 'Request Entity Too Large' },
    ]);
    const streamed = await request(`${url}/api/x`, {
      method: 'POST',
      body: Readable.from([big.subarray(1), 'xx']),
    });
    expect(streamed.statusCode).toBe(413);
    await streamed.body.dump();
  });
});
