import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import type { WebSocketApiSpec } from '../../artefacts/model';
import type { AwsRequest, AwsResponse } from '../../endpoint/aws';
import type { Gateway } from '../index';
import { startGateway } from '../testing';

interface Event {
  readonly requestContext: {
    connectionId: string;
    routeKey: string;
    eventType: string;
    [name: string]: unknown;
  };
  readonly body?: string;
  readonly queryStringParameters?: Record<string, string>;
  readonly [name: string]: unknown;
}

let gateway: Gateway;
let url: string;
let events: Event[] = [];
let order: string[] = [];
const open: WebSocket[] = [];

const route = (routeKey: string, respond = false): WebSocketApiSpec['routes'][number] => ({
  routeKey,
  functionName: 'connection',
  timeoutMs: 1_000,
  respond,
});

const api: WebSocketApiSpec = {
  apiId: 'ws',
  name: 'ws',
  stage: 'dev',
  routeSelectionExpression: '$request.body.action',
  routes: [route('$connect'), route('$disconnect'), route('$default'), route('watch'), route('ask', true)],
  authorizer: { functionName: 'authorizer', identitySources: ['route.request.querystring.ticket'] },
};

async function start(spec = api, limits = {}): Promise<void> {
  const started = await startGateway(
    { webSocket: spec },
    {
      authorizer: (event) => {
        const { ticket } = event.queryStringParameters as { ticket?: string };
        if (ticket === 'unauthorized') throw new Error('Unauthorized');
        if (ticket === 'broken') throw new Error('broken');
        return {
          principalId: 'u1',
          policyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Action: 'execute-api:Invoke',
                Effect: ticket === 'deny' ? 'Deny' : 'Allow',
                Resource: event.methodArn,
              },
            ],
          },
          context: { userId: 'u1' },
        };
      },
      connection: async (input) => {
        const event = input as unknown as Event;
        events.push(event);
        const { routeKey } = event.requestContext;
        if (routeKey === '$connect') return connectAnswer(event.queryStringParameters?.ticket);
        if (event.body === 'throw') throw new Error('thrown');
        if (event.body?.startsWith('wait')) await sleep(Number(event.body.slice(4)));
        if (event.body) order.push(event.body);
        return { statusCode: 200, body: `answer:${event.body ?? ''}` };
      },
    },
    limits,
  );
  ({ gateway, url } = started);
}

async function connectAnswer(ticket = ''): Promise<unknown> {
  if (ticket === 'slow') await sleep(100);
  if (ticket === 'refused') return { statusCode: 403, body: 'no room' };
  if (ticket === 'thrown') throw new Error('thrown');
  return { statusCode: 200 };
}

beforeEach(async () => {
  events = [];
  order = [];
  await start();
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await gateway.close(500);
});

function client(ticket?: string): WebSocket {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/${ticket === undefined ? '' : `?ticket=${ticket}&a=1&a=2`}`,
  );
  open.push(socket);
  return socket;
}

async function connected(ticket = 'good'): Promise<WebSocket> {
  const socket = client(ticket);
  await once(socket, 'open');
  return socket;
}

async function refusal(socket: WebSocket): Promise<number | undefined> {
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
  socket.terminate();
  return response.statusCode;
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !condition(); round++) await sleep(10);
  expect(condition()).toBe(true);
}

function connectionId(): string {
  return (
    events.find(({ requestContext }) => requestContext.eventType === 'CONNECT')?.requestContext
      .connectionId ?? ''
  );
}

function manage(method: string, id: string, body: string | Buffer = ''): Promise<AwsResponse> {
  const path = `/dev/%40connections/${encodeURIComponent(id)}`;
  const request: AwsRequest = {
    method,
    path,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(body),
    signal: new AbortController().signal,
  };
  return gateway.management.handle(request);
}

describe('handshake', () => {
  it('asks the authorizer, then $connect, and hands on what it knows', async () => {
    await connected();
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      isBase64Encoded: false,
      queryStringParameters: { ticket: 'good', a: '2' },
      multiValueQueryStringParameters: { a: ['1', '2'] },
      requestContext: {
        routeKey: '$connect',
        eventType: 'CONNECT',
        stage: 'dev',
        apiId: 'ws',
        messageDirection: 'IN',
        identity: { sourceIp: '127.0.0.1' },
        authorizer: { userId: 'u1', principalId: 'u1' },
      },
    });
    expect(connectionId()).toMatch(/^[\w-]{15}=$/);
  });

  test.each([
    [undefined, 401],
    ['unauthorized', 401],
    ['deny', 403],
    ['broken', 500],
    ['refused', 403],
    ['thrown', 502],
  ])('ticket %s is refused with %i', async (ticket, status) => {
    expect(await refusal(client(ticket))).toBe(status);
  });

  it('is refused with a problem', async () => {
    const socket = client();
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(String((await response.toArray())[0]))).toMatchObject({
      ...{ status: 401, title: 'Unauthorized', detail: 'Unauthorized', code: 'UNAUTHENTICATED' },
      correlationId: response.headers['x-correlation-id'],
    });
  });

  it('undoes $connect where the client left meanwhile', async () => {
    const socket = client('slow');
    socket.on('error', () => undefined);
    await until(() => events.length === 1);
    socket.terminate();
    await until(() => events.some(({ requestContext }) => requestContext.eventType === 'DISCONNECT'));
  });
});

describe('messages', () => {
  it('take the route that the expression selects, $default otherwise', async () => {
    const socket = await connected();
    for (const message of [
      '{"action":"watch","id":1}',
      '{"action":"nothing"}',
      '{"action":"$connect"}',
      'text',
    ])
      socket.send(message);
    socket.send(Buffer.from([1, 2]));
    await until(() => events.length === 6);
    expect(
      events
        .slice(1)
        .map(({ requestContext, body, isBase64Encoded }) => [requestContext.routeKey, body, isBase64Encoded]),
    ).toEqual([
      ['watch', '{"action":"watch","id":1}', false],
      ['$default', '{"action":"nothing"}', false],
      ['$default', '{"action":"$connect"}', false],
      ['$default', 'text', false],
      ['$default', 'AQI=', true],
    ]);
    expect(events[1]?.requestContext).toMatchObject({
      connectionId: connectionId(),
      authorizer: { userId: 'u1' },
    });
    expect(typeof events[1]?.requestContext.messageId).toBe('string');
  });

  it('of one client run one after the other', async () => {
    const socket = await connected();
    for (const message of ['wait60', 'wait1', 'last']) socket.send(message);
    await until(() => order.length === 3);
    expect(order).toEqual(['wait60', 'wait1', 'last']);
  });

  it('are answered only on two-way routes', async () => {
    const socket = await connected();
    const received: string[] = [];
    socket.on('message', (data: Buffer) => received.push(data.toString()));
    socket.send('one-way');
    socket.send('{"action":"ask"}');
    await until(() => received.length === 1);
    expect(received).toEqual(['answer:{"action":"ask"}']);
  });

  it('that fail are told to the client', async () => {
    const socket = await connected();
    socket.send('throw');
    const [data] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(data.toString())).toMatchObject({
      message: 'Internal server error',
      connectionId: connectionId(),
    });
  });

  test.each([
    ['a frame over 32 KB', 33 * 1024],
    ['a message over 128 KB', 129 * 1024],
  ])('%s ends the connection with 1009', async (_, size) => {
    const socket = await connected();
    // In fragments, so that only the message is too large in the second case.
    if (size > 128 * 1024)
      for (let sent = 0; sent < size; sent += 1024)
        socket.send('x'.repeat(1024), { fin: sent + 1024 >= size });
    else socket.send('x'.repeat(size));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
    expect(events.filter(({ requestContext }) => requestContext.eventType === 'MESSAGE')).toHaveLength(0);
  });

  it('of exactly 128 KB in fragments arrive', async () => {
    const socket = await connected();
    for (let part = 0; part < 8; part++) socket.send('x'.repeat(16 * 1024), { fin: part === 7 });
    await until(() => events.some(({ body }) => body?.length === 128 * 1024));
  });
});

describe('the end of a connection', () => {
  it('runs $disconnect with code and reason, after the messages before it', async () => {
    const socket = await connected();
    socket.send('wait50');
    socket.close(4000, 'bye');
    await until(() => events.length === 3);
    expect(order).toEqual(['wait50']);
    expect(events[2]?.requestContext).toMatchObject({
      eventType: 'DISCONNECT',
      routeKey: '$disconnect',
      disconnectStatusCode: 4000,
      disconnectReason: 'bye',
    });
  });

  test.each([
    ['idle', { idleMs: 300 }],
    ['old', { durationMs: 300 }],
  ])('comes when it is %s', async (_, limits) => {
    await gateway.close(100);
    await start(api, limits);
    const socket = await connected();
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1001);
  });
});

describe('@connections', () => {
  it('sends to, describes and ends a connection', async () => {
    const socket = await connected();
    const message = once(socket, 'message');
    expect((await manage('POST', connectionId(), '{"type":"万"}')).status).toBe(200);
    expect(String((await message)[0])).toBe('{"type":"万"}');
    const described = JSON.parse(String((await manage('GET', connectionId())).body)) as Record<
      string,
      unknown
    >;
    expect(described).toMatchObject({ identity: { sourceIp: '127.0.0.1' } });
    expect(Date.parse(String(described.connectedAt))).toBeLessThanOrEqual(
      Date.parse(String(described.lastActiveAt)),
    );
    const closed = once(socket, 'close');
    expect((await manage('DELETE', connectionId())).status).toBe(204);
    await closed;
    expect(await manage('POST', connectionId(), 'x')).toMatchObject({
      status: 410,
      headers: { 'x-amzn-errortype': 'GoneException' },
    });
  });

  it('knows nobody else and takes 128 KB at most', async () => {
    await connected();
    expect((await manage('GET', 'nobody=')).status).toBe(410);
    expect(await manage('POST', connectionId(), Buffer.alloc(128 * 1024 + 1))).toMatchObject({
      status: 413,
      headers: { 'x-amzn-errortype': 'PayloadTooLargeException' },
    });
    expect((await manage('POST', connectionId(), Buffer.alloc(128 * 1024, 'a'))).status).toBe(200);
  });

  it('cuts off a client that does not read', async () => {
    await gateway.close(100);
    await start(api, { bufferedBytes: 200_000 });
    const socket = await connected();
    socket.pause();
    const statuses = new Set<number>();
    for (let sent = 0; sent < 400 && !statuses.has(410); sent++) {
      statuses.add((await manage('POST', connectionId(), Buffer.alloc(100 * 1024, 'a'))).status);
    }
    expect([...statuses]).toEqual([200, 410]);
  });
});
