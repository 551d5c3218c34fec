import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, unique } from './support/functions';
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

describe('queues', () => {
  it('are created once, found by name and listed by prefix', async () => {
    const queue = await queues.create({ VisibilityTimeout: '7' });
    const again = await sqs.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: { VisibilityTimeout: '7' } }),
    );
    expect(again.QueueUrl).toBe(queue.url);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: queue.name }))).QueueUrl).toBe(queue.url);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: queue.name }))).QueueUrls).toEqual([
      queue.url,
    ]);
  });

  it('refuse other attributes under the same name', async () => {
    const queue = await queues.create({ VisibilityTimeout: '7' });
    const create = sqs.send(
      new CreateQueueCommand({ QueueName: queue.name, Attributes: { VisibilityTimeout: '8' } }),
    );
    expect(await errorOf(create)).toBe('QueueNameExists');
  });

  it('are gone once deleted', async () => {
    const queue = await queues.create();
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queue.url }));
    expect(await eventually(() => errorOf(send(queue, 'x')))).toBe('QueueDoesNotExist');
  });

  it('keep their attributes, with defaults for the others', async () => {
    const queue = await queues.create();
    await sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: queue.url,
        Attributes: { VisibilityTimeout: '11', MessageRetentionPeriod: '120' },
      }),
    );
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queue.url,
        AttributeNames: ['VisibilityTimeout', 'MessageRetentionPeriod', 'DelaySeconds', 'QueueArn'],
      }),
    );
    expect(Attributes).toEqual({
      VisibilityTimeout: '11',
      MessageRetentionPeriod: '120',
      DelaySeconds: '0',
      QueueArn: queue.arn,
    });
  });

  test.each<[Record<string, string>, string]>([
    [{ VisibilityTimeout: '43201' }, 'InvalidAttributeValue'],
    [{ MessageRetentionPeriod: '59' }, 'InvalidAttributeValue'],
    [{ NoSuchAttribute: '1' }, 'InvalidAttributeName'],
  ])('refuse %j', async (Attributes, error) => {
    const queue = await queues.create();
    expect(await errorOf(sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes })))).toBe(
      error,
    );
  });

  it('have tags', async () => {
    const queue = await queues.create();
    await sqs.send(new TagQueueCommand({ QueueUrl: queue.url, Tags: { team: 'shop', tier: '1' } }));
    await sqs.send(new UntagQueueCommand({ QueueUrl: queue.url, TagKeys: ['tier'] }));
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl: queue.url }))).Tags).toEqual({
      team: 'shop',
    });
  });

  it('are emptied by a purge, once a minute', async () => {
    const queue = await queues.create();
    await send(queue, 'x');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(await errorOf(sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url })))).toBe(
      'PurgeQueueInProgress',
    );
    await eventually(async () => ((await queues.receive(queue)).length === 0 ? true : undefined));
  });
});

describe('messages', () => {
  it('carry body, attributes and what SQS knows of them', async () => {
    const queue = await queues.create();
    const body = '注文 <&> "x"\r\n\u{1f6d2}';
    const sent = await send(queue, body, {
      MessageAttributes: {
        text: { DataType: 'String', StringValue: 'é' },
        count: { DataType: 'Number', StringValue: '5' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      },
    });
    const [message] = await queues.receive(queue, 5);
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: body,
      MD5OfBody: sent.MD5OfMessageBody,
    });
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.MessageAttributes).toMatchObject({
      text: { StringValue: 'é' },
      count: { DataType: 'Number', StringValue: '5' },
    });
    expect([...(message?.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([0, 255]);
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(Number(message?.Attributes?.['SentTimestamp'])).toBeGreaterThan(1.7e12);
  });

  it('show only the attributes that were asked for', async () => {
    const queue = await queues.create();
    const value = { DataType: 'String', StringValue: 'x' };
    await send(queue, 'x', { MessageAttributes: { 'a.one': value, 'a.two': value, b: value } });
    const { Messages } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        WaitTimeSeconds: 5,
        MessageAttributeNames: ['a.*'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    expect(Object.keys(Messages?.[0]?.MessageAttributes ?? {}).sort()).toEqual(['a.one', 'a.two']);
    expect(Object.keys(Messages?.[0]?.Attributes ?? {})).toEqual(['SentTimestamp']);
  });

  test.each([
    [
      'an empty body',
      { MessageBody: '' },
      /^(MissingParameter|MissingRequiredParameterException|InvalidParameterValue.*)$/,
    ],
    ['characters XML cannot carry', { MessageBody: 'a\u0000' }, /^InvalidMessageContents$/],
    ['too much', { MessageBody: 'x'.repeat(1_048_577) }, /^InvalidParameterValue/],
    ['too long a delay', { MessageBody: 'x', DelaySeconds: 901 }, /^InvalidParameterValue/],
    [
      'an attribute without a value',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'String', StringValue: '' } } },
      /^InvalidParameterValue/,
    ],
    [
      'an attribute of an unknown type',
      { MessageBody: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
      /^InvalidParameterValue/,
    ],
  ])('are refused with %s', async (_what, input, error) => {
    const queue = await queues.create();
    expect(await errorOf(sqs.send(new SendMessageCommand({ QueueUrl: queue.url, ...input })))).toMatch(error);
  });

  it('wait out their delay', async () => {
    const queue = await queues.create();
    await send(queue, 'later', { DelaySeconds: 1 });
    expect(await queues.receive(queue)).toEqual([]);
    expect((await queues.attributes(queue.url))['ApproximateNumberOfMessagesDelayed']).toBe('1');
    expect((await queues.receive(queue, 5)).map(({ Body }) => Body)).toEqual(['later']);
  });
});

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

describe('dead letters', () => {
  it('are taken out at the receive after the last allowed one, as they were sent', async () => {
    const { queue, dead } = await queues.createWithDeadLetters(2, { VisibilityTimeout: '0' });
    const sent = await send(queue, 'poison', {
      MessageAttributes: { a: { DataType: 'String', StringValue: 'x' } },
    });
    const [first] = await queues.receive(queue, 5);
    expect(await queues.receive(queue, 5)).toHaveLength(1);
    expect(await queues.receive(dead)).toEqual([]);
    expect(await queues.receive(queue)).toEqual([]);
    const [letter] = await queues.receive(dead, 5);
    expect(letter).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'poison',
      MessageAttributes: { a: { StringValue: 'x' } },
    });
    expect(letter?.Attributes).toMatchObject({
      DeadLetterQueueSourceArn: queue.arn,
      SentTimestamp: first?.Attributes?.['SentTimestamp'],
    });
    const sources = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: dead.url }));
    expect(sources.queueUrls).toEqual([queue.url]);
  });

  it('need a queue to go to', async () => {
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-1:000000000000:nowhere',
      maxReceiveCount: 3,
    });
    expect(
      await errorOf(
        sqs.send(new CreateQueueCommand({ QueueName: unique('queue'), Attributes: { RedrivePolicy } })),
      ),
    ).toMatch(/^InvalidParameterValue/);
  });

  async function poison(count: number) {
    const { queue, dead } = await queues.createWithDeadLetters(1, { VisibilityTimeout: '0' });
    for (let index = 0; index < count; index++) await send(queue, `m${index}`);
    for (let round = 0; round < 3; round++) await queues.receive(queue);
    await eventually(async () => {
      const { ApproximateNumberOfMessages } = await queues.attributes(dead.url);
      return ApproximateNumberOfMessages === String(count) ? true : undefined;
    });
    return { queue, dead };
  }

  const ended = (dead: TestQueue) =>
    eventually(async () => {
      const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: dead.arn }));
      return Results?.[0]?.Status === 'RUNNING' ? undefined : Results?.[0];
    });

  it('are moved back to where they came from', async () => {
    const { queue, dead } = await poison(3);
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes: { VisibilityTimeout: '30' } }),
    );
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(TaskHandle).toBeTruthy();
    expect(await ended(dead)).toMatchObject({
      Status: 'COMPLETED',
      ApproximateNumberOfMessagesMoved: 3,
      ApproximateNumberOfMessagesToMove: 3,
    });
    const messages = await queues.drain(queue, 3);
    expect(messages.map(({ Body }) => Body).sort()).toEqual(['m0', 'm1', 'm2']);
    expect(messages.map(({ Attributes }) => Attributes?.['ApproximateReceiveCount'])).toEqual([
      '1',
      '1',
      '1',
    ]);
    expect(await queues.receive(dead)).toEqual([]);
  });

  it('are moved to another queue, and no two tasks run on one source', async () => {
    const { dead } = await poison(3);
    const other = await queues.create();
    const start = () =>
      sqs.send(
        new StartMessageMoveTaskCommand({
          SourceArn: dead.arn,
          DestinationArn: other.arn,
          MaxNumberOfMessagesPerSecond: 1,
        }),
      );
    await start();
    expect(await errorOf(start())).toMatch(/UnsupportedOperation/);
    await ended(dead);
    expect(await queues.drain(other, 3)).toHaveLength(3);
  });

  it('cannot be moved out of a queue that is not for them', async () => {
    const queue = await queues.create();
    expect(await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn })))).toMatch(
      /^InvalidParameterValue/,
    );
    const missing = `${queue.arn}-missing`;
    expect(await errorOf(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: missing })))).toBe(
      'ResourceNotFoundException',
    );
  });
});

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
