import { once } from 'node:events';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PayloadTooLargeException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import WebSocket from 'ws';
import { endpoint, gatewayServed, type Endpoint } from './support/endpoint';

interface Lifecycle {
  readonly eventType: string;
  readonly connectionId: string;
  readonly disconnectStatusCode?: number;
}

const suite = gatewayServed ? describe : describe.skip;

suite('API Gateway WebSocket API (needs the test template: CONFORMANCE_GATEWAY_URL)', () => {
  let target: Endpoint;
  let sqs: SQSClient;
  let management: ApiGatewayManagementApiClient;
  let queueUrl: string;
  const open: WebSocket[] = [];

  beforeAll(async () => {
    target = await endpoint();
    sqs = new SQSClient(target.client);
    management = new ApiGatewayManagementApiClient({ ...target.client, endpoint: `${target.url}/live` });
    const found = await sqs.send(new GetQueueUrlCommand({ QueueName: 'conformance-websocket-events' }));
    queueUrl = found.QueueUrl ?? '';
  });

  afterAll(async () => {
    for (const socket of open) socket.terminate();
    sqs.destroy();
    management.destroy();
    await target.close();
  });

  function client(ticket?: string): WebSocket {
    const url = (target.gatewayUrl ?? '').replace(/^http/, 'ws');
    const socket = new WebSocket(ticket === undefined ? url : `${url}?ticket=${ticket}`);
    open.push(socket);
    return socket;
  }

  async function message(socket: WebSocket): Promise<Record<string, unknown>> {
    const [data] = (await once(socket, 'message')) as [Buffer];
    return JSON.parse(data.toString()) as Record<string, unknown>;
  }

  async function connected(): Promise<{ socket: WebSocket; id: string }> {
    const socket = client('allow');
    await once(socket, 'open');
    socket.send('{"action":"whoami"}');
    const { connectionId, authorizer } = await message(socket);
    expect(authorizer).toMatchObject({ principalId: 'someone', ticket: 'allow' });
    return { socket, id: String(connectionId) };
  }

  /** Waits for what the connection function reported of one connection. */
  async function reported(id: string, eventType: string): Promise<Lifecycle> {
    for (let round = 0; round < 10; round++) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 2, MaxNumberOfMessages: 10 }),
      );
      for (const { Body, ReceiptHandle } of Messages) {
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
        const event = JSON.parse(Body ?? '{}') as Lifecycle;
        if (event.connectionId === id && event.eventType === eventType) return event;
      }
    }
    throw new Error(`${eventType} of ${id} was not reported`);
  }

  test.each([
    [undefined, 401],
    ['unauthorized', 401],
    ['deny', 403],
    ['broken', 500],
    ['refuse', 403],
  ])('a client with the ticket %s is refused with %i', async (ticket, status) => {
    const socket = client(ticket);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }];
    expect(response.statusCode).toBe(status);
    socket.terminate();
  });

  it('runs $connect and $disconnect', async () => {
    const { socket, id } = await connected();
    await reported(id, 'CONNECT');
    socket.close(4001, 'done');
    expect(await reported(id, 'DISCONNECT')).toMatchObject({ disconnectStatusCode: 4001 });
  });

  it('routes messages, and functions answer over @connections', async () => {
    const { socket } = await connected();
    socket.send('{"action":"unknown"}');
    expect(await message(socket)).toEqual({
      echo: '{"action":"unknown"}',
      routeKey: '$default',
      isBase64Encoded: false,
    });
    socket.send('throw');
    expect(await message(socket)).toMatchObject({ message: 'Internal server error' });
  });

  it('sends to, describes and ends a connection, and knows when it is gone', async () => {
    const { socket, id } = await connected();
    const received = message(socket);
    await management.send(new PostToConnectionCommand({ ConnectionId: id, Data: '{"type":"万屋"}' }));
    expect(await received).toEqual({ type: '万屋' });
    const described = await management.send(new GetConnectionCommand({ ConnectionId: id }));
    expect(described.ConnectedAt).toBeInstanceOf(Date);
    expect(described.Identity?.SourceIp).toBe('127.0.0.1');
    const big = new PostToConnectionCommand({ ConnectionId: id, Data: 'x'.repeat(128 * 1024 + 1) });
    await expect(management.send(big)).rejects.toThrow(PayloadTooLargeException);
    const closed = once(socket, 'close');
    await management.send(new DeleteConnectionCommand({ ConnectionId: id }));
    await closed;
    const late = new PostToConnectionCommand({ ConnectionId: id, Data: 'x' });
    await expect(management.send(late)).rejects.toThrow(GoneException);
  });

  it('limits frames to 32 KB', async () => {
    const { socket } = await connected();
    socket.send('x'.repeat(32 * 1024 + 1));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
  });
});
