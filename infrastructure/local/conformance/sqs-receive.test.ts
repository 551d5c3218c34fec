import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
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

describe('receiving', () => {
  it('waits for a message and wakes as it comes', async () => {
    const queue = await queues.create();
    const receiving = queues.receive(queue, 10);
    await sleep(100);
    const sent = Date.now();
    await send(queue, 'x');
    expect((await receiving).map(({ Body }) => Body)).toEqual(['x']);
    expect(Date.now() - sent).toBeLessThan(5_000);
  });

  it('gives a message to one of those who wait', async () => {
    const queue = await queues.create();
    const receiving = [queues.receive(queue, 1), queues.receive(queue, 1)];
    await sleep(100);
    await send(queue, 'x');
    expect((await Promise.all(receiving)).flat()).toHaveLength(1);
  });

  it('loses nothing to a client that hung up', async () => {
    const queue = await queues.create();
    const aborter = new AbortController();
    const receiving = sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 }), {
      abortSignal: aborter.signal,
    });
    await sleep(200);
    aborter.abort();
    expect(await errorOf(receiving)).toBe('AbortError');
    await sleep(200);
    await send(queue, 'x');
    expect(await queues.receive(queue, 5)).toHaveLength(1);
  });

  it('hides a message until its visibility timeout, counts receives and heeds the latest handle', async () => {
    const queue = await queues.create({ VisibilityTimeout: '1' });
    await send(queue, 'x');
    const [first] = await queues.receive(queue, 5);
    expect(await queues.receive(queue)).toEqual([]);
    expect(await queues.attributes(queue.url)).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
    });
    const [second] = await queues.receive(queue, 5);
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await queues.receive(queue, 2)).toEqual([]);
  });

  it('changes how long a message stays hidden', async () => {
    const queue = await queues.create({ VisibilityTimeout: '30' });
    await send(queue, 'x');
    const [first] = await queues.receive(queue, 5);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [second] = await queues.receive(queue, 5);
    expect(second?.MessageId).toBe(first?.MessageId);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: second?.ReceiptHandle }));
    const late = sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: second?.ReceiptHandle,
        VisibilityTimeout: 5,
      }),
    );
    expect(await errorOf(late)).toMatch(/^(InvalidParameterValue|MessageNotInflight)/);
  });

  test.each([{ MaxNumberOfMessages: 11 }, { WaitTimeSeconds: 21 }, { VisibilityTimeout: 43_201 }])(
    'refuses %j',
    async (input) => {
      const queue = await queues.create();
      expect(await errorOf(sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, ...input })))).toMatch(
        /^InvalidParameterValue/,
      );
    },
  );

  it('refuses handles that are none', async () => {
    const queue = await queues.create();
    expect(
      await errorOf(sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: 'garbage' }))),
    ).toBe('ReceiptHandleIsInvalid');
  });
});

describe('batches', () => {
  it('answer each entry for itself', async () => {
    const queue = await queues.create();
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue.url,
        Entries: [
          { Id: 'good', MessageBody: 'one' },
          { Id: 'bad', MessageBody: 'two', DelaySeconds: 901 },
        ],
      }),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
    expect(sent.Failed).toMatchObject([{ Id: 'bad', SenderFault: true }]);
    const [message] = await queues.receive(queue, 5);
    const changed = await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue.url,
        Entries: [
          { Id: 'a', ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 20 },
          { Id: 'b', ReceiptHandle: 'garbage', VisibilityTimeout: 20 },
        ],
      }),
    );
    expect(changed.Successful).toMatchObject([{ Id: 'a' }]);
    expect(changed.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
    const deleted = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: queue.url,
        Entries: [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }],
      }),
    );
    expect(deleted.Successful).toMatchObject([{ Id: 'a' }]);
  });

  test.each([
    ['EmptyBatchRequest', []],
    [
      'TooManyEntriesInBatchRequest',
      Array.from({ length: 11 }, (_, index) => ({ Id: `m${index}`, MessageBody: 'x' })),
    ],
    [
      'BatchEntryIdsNotDistinct',
      [
        { Id: 'a', MessageBody: 'x' },
        { Id: 'a', MessageBody: 'x' },
      ],
    ],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'x' }]],
    [
      'BatchRequestTooLong',
      [
        { Id: 'a', MessageBody: 'x'.repeat(600_000) },
        { Id: 'b', MessageBody: 'x'.repeat(600_000) },
      ],
    ],
  ])('are refused whole: %s', async (error, Entries) => {
    const queue = await queues.create();
    expect(await errorOf(sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries })))).toBe(
      error,
    );
  });
});
