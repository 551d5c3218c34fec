import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  SendMessageCommand,
  SQSClient,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';

import { endpoint, type Endpoint } from './support/endpoint';

import { errorOf, TestQueues, type TestQueue } from './support/messaging';

let cloud: Endpoint;
let sqs: SQSClient;
let queues: TestQueues;

beforeAll(async () => {
  cloud = await endpoint();
  sqs = new SQSClient({ ...cloud.client, maxAttempts: 1 });
  queues = new TestQueues(sqs);
});

afterAll(async () => {
  await queues.deleteAll();
  sqs.destroy();
  await cloud.close();
});

const send = (queue: TestQueue, body: string, more: Partial<SendMessageCommandInput> = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body, ...more }));

describe('FIFO queues', () => {
  const create = () =>
    queues.create({ FifoQueue: 'true', ContentBasedDeduplication: 'true', VisibilityTimeout: '30' });
  const bodies = async (queue: TestQueue, max = 10): Promise<string[]> =>
    (await queues.receive(queue, 0, max)).map(({ Body }) => Body ?? '');

  it('keep each group in order and hold it while one of it is in flight', async () => {
    const queue = await create();
    for (const body of ['a1', 'a2', 'b1', 'a3']) await send(queue, body, { MessageGroupId: body.charAt(0) });
    const [first] = await queues.receive(queue, 5, 1);
    expect(first?.Body).toBe('a1');
    expect(await bodies(queue)).toEqual(['b1']);
    expect(await bodies(queue)).toEqual([]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await bodies(queue)).toEqual(['a2', 'a3']);
  });

  it('give a message back in its place', async () => {
    const queue = await create();
    for (const body of ['1', '2']) await send(queue, body, { MessageGroupId: 'g' });
    const [first] = await queues.receive(queue, 5, 1);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect(await bodies(queue)).toEqual(['1', '2']);
  });

  it('take a message once', async () => {
    const queue = await create();
    const first = await send(queue, 'x', { MessageGroupId: 'g' });
    const second = await send(queue, 'x', { MessageGroupId: 'g' });
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.SequenceNumber).toBe(first.SequenceNumber);
    expect(await bodies(queue)).toEqual(['x']);
  });

  it('want a group', async () => {
    const queue = await create();
    expect(await errorOf(send(queue, 'x'))).toMatch(/^Missing/);
  });
});
