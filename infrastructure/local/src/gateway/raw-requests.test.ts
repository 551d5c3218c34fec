import { createServer as createUpstream, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from './index';
import { lambdaRoute, listening, startGateway } from './testing';

/** What only a socket shows: what comes after an answer, and what never comes. */
let upstream: Server;
let received: string[];
let gateway: Gateway;
let port: number;
let sockets: Socket[];

beforeAll(async () => {
  upstream = createUpstream((request, response) => {
    received.push(`${request.method} ${request.headers['content-length'] ?? 'chunked'}`);
    request.resume().once('end', () => response.end('from upstream'));
  });
  const uri = await listening(upstream);
  const handlers = { echo: (event: { body?: unknown }) => String(event.body).length.toString() };
  const started = await startGateway(
    {
      http: {
        routes: [
          lambdaRoute('POST /function', 'echo'),
          {
            routeKey: 'ANY /api/{proxy+}',
            integration: { type: 'http', uri, appendPath: true, requestParameters: {}, timeoutMs: 1_000 },
          },
        ],
      },
    },
    handlers,
    {},
    { headersMs: 300, requestMs: 600 },
  );
  gateway = started.gateway;
  port = Number(new URL(started.url).port);
});

beforeEach(() => {
  received = [];
  sockets = [];
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
});

afterAll(async () => {
  await gateway.close(100);
  upstream.closeAllConnections();
  upstream.close();
});

interface Client {
  write(data: string | Buffer): void;
  text(): string;
  /** Status codes of the answers so far, in order. */
  statuses(): number[];
  ended(): boolean;
}

function client(): Client {
  const socket = connect(port, '127.0.0.1');
  let [text, ended] = ['', false];
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('close', () => (ended = true));
  socket.on('error', () => undefined);
  sockets.push(socket);
  return {
    write: (data) => void socket.write(data),
    text: () => text,
    statuses: () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status)),
    ended: () => ended,
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 4_000) throw new Error('did not happen');
    await sleep(10);
  }
}

const head = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'host: localhost', ...headers, '', ''].join('\r\n');

function chunked(path: string, megabytes: number): Buffer[] {
  const chunk = Buffer.concat([
    Buffer.from('100000\r\n'),
    Buffer.alloc(1024 * 1024, 'x'),
    Buffer.from('\r\n'),
  ]);
  const start = head(`POST ${path}`, 'content-type: text/plain', 'transfer-encoding: chunked');
  return [Buffer.from(start), ...Array.from({ length: megabytes }, () => chunk), Buffer.from('0\r\n\r\n')];
}

describe.each(['/function', '/api/orders'])('a body for %s', (path) => {
  it('that is over 10 MB gets 413, chunked or declared, and the next request its answer', async () => {
    const { write, statuses, text } = client();
    for (const part of chunked(path, 11)) write(part);
    write(head('GET /nowhere'));
    await until(() => statuses().length === 2);
    write(head(`POST ${path}`, `content-length: ${11 * 1024 * 1024}`));
    write(Buffer.alloc(11 * 1024 * 1024));
    write(head('GET /nowhere'));
    await until(() => statuses().length === 4);
    expect(statuses()).toEqual([413, 404, 413, 404]);
    expect(text()).toContain('"code":"PAYLOAD_TOO_LARGE"');
    expect(received).toEqual([]);
  });

  it('that never ends is cut off', async () => {
    const { write, statuses, ended } = client();
    for (const part of chunked(path, 45).slice(0, -1)) write(part);
    await until(ended);
    expect(statuses().filter((status) => status !== 413)).toEqual([]);
  });

  it('that trickles gets 408 and is closed', async () => {
    const { write, statuses, ended, text } = client();
    write(head(`POST ${path}`, 'content-length: 1000'));
    const trickle = setInterval(() => write('x'), 50);
    await until(ended);
    clearInterval(trickle);
    expect(statuses()).toEqual([408]);
    expect(text()).toContain('"code":"REQUEST_TIMEOUT"');
    expect(received).toEqual([]);
  });
});

it('passes a chunked body on whole, with its length', async () => {
  const { write, statuses } = client();
  for (const part of chunked('/api/x', 1)) write(part);
  await until(() => statuses().length === 1);
  expect([statuses(), received]).toEqual([[200], ['POST 1048576']]);
});

it('closes a connection whose headers trickle', async () => {
  const { write, statuses, ended } = client();
  write('GET /api/x HTTP/1.1\r\nhost: localhost\r\n');
  const trickle = setInterval(() => write('x-a: b\r\n'), 50);
  await until(ended);
  clearInterval(trickle);
  expect(statuses()).toEqual([408]);
});

it('answers pipelined requests in their order', async () => {
  const { write, statuses } = client();
  write(
    head('GET /api/a') +
      head('GET /nowhere') +
      head('POST /function', 'content-length: 2') +
      'ab' +
      head('GET /x'),
  );
  await until(() => statuses().length === 4);
  expect(statuses()).toEqual([200, 404, 200, 404]);
});

it.each([
  ['GET / HTTP/1.1\r\nhost: localhost\r\nbroken header\r\n\r\n', 400, 'BAD_REQUEST'],
  [head('GET /', `x-long: ${'x'.repeat(20_000)}`), 431, 'HEADERS_TOO_LARGE'],
  ['GET /api/x HTTP/1.1\r\nhost: rebound.example\r\n\r\n', 421, 'UNKNOWN_HOST'],
  [
    'GET / HTTP/1.1\r\nhost: rebound.example\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    421,
    'UNKNOWN_HOST',
  ],
])('refuses %j as a problem', async (request, status, code) => {
  const { write, text, ended } = client();
  write(request);
  await until(ended);
  expect(text()).toContain(`HTTP/1.1 ${status} `);
  expect(text()).toContain('content-type: application/problem+json');
  for (const always of [
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'x-frame-options: DENY',
  ])
    expect(text()).toContain(always);
  const body = JSON.parse(text().slice(text().indexOf('\r\n\r\n'))) as Record<string, unknown>;
  expect(body).toMatchObject({ status, code, correlationId: expect.any(String) });
});
