import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';

import { endpoint, type Endpoint } from './support/endpoint';
import { eventually } from './support/functions';
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
