import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
  type MessageAttributeValue,
} from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, TestFunctions, unique } from './support/functions';
import { errorOf, TestQueues, type TestQueue } from './support/messaging';

let cloud: Endpoint;
let sns: SNSClient;
let sqs: SQSClient;
let lambda: LambdaClient;
let queues: TestQueues;
let functions: TestFunctions;
const topics: string[] = [];
const local = process.env.AWS_ENDPOINT_URL === undefined;

beforeAll(async () => {
  cloud = await endpoint();
  sns = new SNSClient({ ...cloud.client, maxAttempts: 1 });
  sqs = new SQSClient({ ...cloud.client, maxAttempts: 1 });
  lambda = new LambdaClient(cloud.client);
  queues = new TestQueues(sqs);
  functions = new TestFunctions(lambda);
});

afterAll(async () => {
  for (const TopicArn of topics) await sns.send(new DeleteTopicCommand({ TopicArn })).catch(() => undefined);
  await queues.deleteAll();
  await functions.deleteAll();
  for (const client of [sns, sqs, lambda]) client.destroy();
  await cloud.close();
});

async function createTopic(): Promise<string> {
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: unique('topic') }));
  topics.push(TopicArn);
  return TopicArn;
}

async function subscribe(
  topicArn: string,
  queue: TestQueue,
  Attributes: Record<string, string> = {},
): Promise<string> {
  const { SubscriptionArn = '' } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: 'sqs',
      Endpoint: queue.arn,
      Attributes,
      ReturnSubscriptionArn: true,
    }),
  );
  return SubscriptionArn;
}

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

describe('topics', () => {
  it('are created once, described, tagged, listed and deleted', async () => {
    const topicArn = await createTopic();
    const Name = topicArn.slice(topicArn.lastIndexOf(':') + 1);
    expect((await sns.send(new CreateTopicCommand({ Name }))).TopicArn).toBe(topicArn);
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn: topicArn,
        AttributeName: 'DisplayName',
        AttributeValue: 'Orders',
      }),
    );
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(Attributes).toMatchObject({
      TopicArn: topicArn,
      DisplayName: 'Orders',
      SubscriptionsConfirmed: '0',
    });
    await sns.send(
      new TagResourceCommand({
        ResourceArn: topicArn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await sns.send(new UntagResourceCommand({ ResourceArn: topicArn, TagKeys: ['a'] }));
    expect((await sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }))).Tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toContainEqual({ TopicArn: topicArn });
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    expect(await errorOf(sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn })))).toBe(
      'NotFoundException',
    );
  });

  it('need a good name', async () => {
    expect(await errorOf(sns.send(new CreateTopicCommand({ Name: 'not good' })))).toBe(
      'InvalidParameterException',
    );
  });
});

describe('subscriptions', () => {
  it('of one endpoint are one; they are described, listed and ended', async () => {
    const topicArn = await createTopic();
    const queue = await queues.create();
    const subscription = await subscribe(topicArn, queue);
    expect(await subscribe(topicArn, queue)).toBe(subscription);
    const { Attributes } = await sns.send(
      new GetSubscriptionAttributesCommand({ SubscriptionArn: subscription }),
    );
    expect(Attributes).toMatchObject({
      Protocol: 'sqs',
      Endpoint: queue.arn,
      RawMessageDelivery: 'false',
      PendingConfirmation: 'false',
    });
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    expect(Subscriptions).toMatchObject([
      { SubscriptionArn: subscription, TopicArn: topicArn, Endpoint: queue.arn },
    ]);
    if (local)
      expect((await sns.send(new ListSubscriptionsCommand({}))).Subscriptions).toMatchObject(
        Subscriptions ?? [],
      );
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'unheard' }));
    expect(await queues.receive(queue, 1)).toEqual([]);
  });

  test.each([
    ['a protocol nobody knows', { Protocol: 'pigeon', Endpoint: 'x' }],
    ['an endpoint that is not of the protocol', { Protocol: 'sqs', Endpoint: 'queue' }],
    [
      'a filter policy that is not JSON',
      { Protocol: 'sms', Endpoint: '+819012345678', Attributes: { FilterPolicy: 'x' } },
    ],
    [
      'a filter policy that is no pattern',
      { Protocol: 'sms', Endpoint: '+819012345678', Attributes: { FilterPolicy: '{"a":[{"near":1}]}' } },
    ],
    [
      'nested keys over attributes',
      { Protocol: 'sms', Endpoint: '+819012345678', Attributes: { FilterPolicy: '{"a":{"b":["c"]}}' } },
    ],
  ])('are refused with %s', async (_what, input) => {
    const TopicArn = await createTopic();
    expect(await errorOf(sns.send(new SubscribeCommand({ TopicArn, ...input })))).toBe(
      'InvalidParameterException',
    );
  });

  (local ? test : test.skip)('by mail are refused in so many words', async () => {
    const TopicArn = await createTopic();
    await expect(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' })),
    ).rejects.toThrow('does not deliver by email');
    expect(await errorOf(sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'x' })))).toBe(
      'InvalidParameterException',
    );
  });
});

describe('delivery to queues', () => {
  it('wraps the message', async () => {
    const topicArn = await createTopic();
    const queue = await queues.create();
    await subscribe(topicArn, queue);
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: '品 <&>',
        Subject: 'News',
        MessageAttributes: { kind: text('order') },
      }),
    );
    const [message] = await queues.drain(queue, 1);
    expect(message?.MessageAttributes).toBeUndefined();
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: topicArn,
      Subject: 'News',
      Message: '品 <&>',
      MessageAttributes: { kind: { Type: 'String', Value: 'order' } },
    });
  });

  it('passes it on as it is where raw delivery is on', async () => {
    const topicArn = await createTopic();
    const queue = await queues.create();
    await subscribe(topicArn, queue, { RawMessageDelivery: 'true' });
    const bytes = { DataType: 'Binary', BinaryValue: Buffer.from([1, 2]) };
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: '{"a":1}',
        MessageAttributes: { kind: text('order'), bytes },
      }),
    );
    const [message] = await queues.drain(queue, 1);
    expect(message?.Body).toBe('{"a":1}');
    expect(message?.MessageAttributes?.['kind']).toMatchObject({ DataType: 'String', StringValue: 'order' });
    expect([...(message?.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([1, 2]);
  });

  it('takes the text of the protocol', async () => {
    const topicArn = await createTopic();
    const queue = await queues.create();
    await subscribe(topicArn, queue, { RawMessageDelivery: 'true' });
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        MessageStructure: 'json',
        Message: '{"default":"all","sqs":"queues"}',
      }),
    );
    expect((await queues.drain(queue, 1)).map(({ Body }) => Body)).toEqual(['queues']);
  });

  it('puts what cannot be delivered into the dead-letter queue', async () => {
    const topicArn = await createTopic();
    const dead = await queues.create();
    const queue = await queues.create();
    await subscribe(
      topicArn,
      { ...queue, arn: `${queue.arn}-gone` },
      { RawMessageDelivery: 'true', RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn }) },
    );
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'lost?' }));
    const [letter] = await queues.drain(dead, 1);
    expect(letter?.Body).toBe('lost?');
    expect(Object.keys(letter?.MessageAttributes ?? {})).toEqual(
      expect.arrayContaining(['ErrorCode', 'ErrorMessage']),
    );
  });
});

describe('filter policies', () => {
  async function received(
    attributes: Record<string, string>,
    publish: { Message: string; MessageAttributes?: Record<string, MessageAttributeValue> }[],
  ) {
    const topicArn = await createTopic();
    const queue = await queues.create();
    await subscribe(topicArn, queue, { RawMessageDelivery: 'true', ...attributes });
    for (const message of publish) await sns.send(new PublishCommand({ TopicArn: topicArn, ...message }));
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: '{"last":true}',
        MessageAttributes: { last: text('yes') },
      }),
    );
    const found: string[] = [];
    while (!found.some((body) => body.includes('last')))
      found.push(...(await queues.drain(queue, 1)).map(({ Body }) => Body ?? ''));
    return found.filter((body) => !body.includes('last')).sort();
  }

  it('look at attributes', async () => {
    const policy = {
      $or: [
        { kind: [{ prefix: 'order' }], amount: [{ numeric: ['>=', 100] }], tags: ['vip'] },
        { last: [{ exists: true }] },
      ],
    };
    const attributes = (amount: string, tags: string): Record<string, MessageAttributeValue> => ({
      kind: text('orders'),
      amount: { DataType: 'Number', StringValue: amount },
      tags: { DataType: 'String.Array', StringValue: tags },
    });
    const found = await received({ FilterPolicy: JSON.stringify(policy) }, [
      { Message: 'large', MessageAttributes: attributes('100', '["new","vip"]') },
      { Message: 'small', MessageAttributes: attributes('99.5', '["vip"]') },
      { Message: 'plain', MessageAttributes: attributes('500', '["new"]') },
      { Message: 'bare' },
    ]);
    expect(found).toEqual(['large']);
  });

  it('look at bodies', async () => {
    const policy = { $or: [{ order: { status: ['failed'] } }, { last: [true] }] };
    const found = await received({ FilterPolicy: JSON.stringify(policy), FilterPolicyScope: 'MessageBody' }, [
      { Message: '{"order":{"status":"failed"}}' },
      { Message: '{"order":{"status":"completed"}}' },
      { Message: 'no JSON' },
    ]);
    expect(found).toEqual(['{"order":{"status":"failed"}}']);
  });

  it('can be changed and taken away', async () => {
    const topicArn = await createTopic();
    const queue = await queues.create();
    const SubscriptionArn = await subscribe(topicArn, queue, {
      RawMessageDelivery: 'true',
      FilterPolicy: '{"a":["x"]}',
    });
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'filtered' }));
    await sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{}',
      }),
    );
    await eventually(async () => {
      await sns.send(new PublishCommand({ TopicArn: topicArn, Message: 'heard' }));
      const [message] = await queues.drain(queue, 1);
      expect(message?.Body).toBe('heard');
      return true;
    });
  });
});

describe('publishing', () => {
  test.each([
    ['an empty message', { Message: '' }],
    ['too much', { Message: 'x'.repeat(262_145) }],
    ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }],
    ['a structure without default', { Message: '{"sqs":"x"}', MessageStructure: 'json' }],
  ])('is refused with %s', async (_what, input) => {
    const TopicArn = await createTopic();
    expect(await errorOf(sns.send(new PublishCommand({ TopicArn, ...input })))).toBe(
      'InvalidParameterException',
    );
  });

  it('needs a topic', async () => {
    const missing = `${await createTopic()}-missing`;
    expect(await errorOf(sns.send(new PublishCommand({ TopicArn: missing, Message: 'x' })))).toBe(
      'NotFoundException',
    );
  });

  it('in batches answers each entry for itself', async () => {
    const TopicArn = await createTopic();
    const queue = await queues.create();
    await subscribe(TopicArn, queue, { RawMessageDelivery: 'true' });
    const answer = await sns.send(
      new PublishBatchCommand({
        TopicArn,
        PublishBatchRequestEntries: [
          { Id: 'good', Message: 'one' },
          { Id: 'bad', Message: 'two', Subject: 'a\nb' },
        ],
      }),
    );
    expect(answer.Successful).toMatchObject([{ Id: 'good' }]);
    expect(answer.Failed).toMatchObject([{ Id: 'bad', SenderFault: true }]);
    expect((await queues.drain(queue, 1)).map(({ Body }) => Body)).toEqual(['one']);
    const twice = [
      { Id: 'a', Message: 'x' },
      { Id: 'a', Message: 'x' },
    ];
    expect(
      await errorOf(sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: twice }))),
    ).toBe('BatchEntryIdsNotDistinctException');
  });
});

it('invokes functions', async () => {
  const TopicArn = await createTopic();
  const queue = await queues.create();
  const { arn } = await functions.create(
    `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
     export const handler = (event) => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));`,
    { Environment: { Variables: { OUT: queue.url } }, Timeout: 20 },
  );
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: arn }));
  await sns.send(
    new PublishCommand({ TopicArn, Message: 'hello', MessageAttributes: { kind: text('greeting') } }),
  );
  const [message] = await queues.drain(queue, 1);
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({
    Records: [
      {
        EventSource: 'aws:sns',
        Sns: {
          TopicArn,
          Message: 'hello',
          MessageAttributes: { kind: { Type: 'String', Value: 'greeting' } },
        },
      },
    ],
  });
});

(local ? describe : describe.skip)('text messages', () => {
  const outbox = async (): Promise<unknown[]> => {
    const response = await fetch(`${cloud.url}/_local/sms`);
    return ((await response.json()) as { messages: unknown[] }).messages;
  };

  it('are kept in the outbox', async () => {
    const TopicArn = await createTopic();
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sms', Endpoint: '+819011111111' }));
    const direct = await sns.send(new PublishCommand({ PhoneNumber: '+819022222222', Message: 'Shipped' }));
    await sns.send(new PublishCommand({ TopicArn, Message: 'To all' }));
    expect(await outbox()).toMatchObject([
      { id: direct.MessageId, phoneNumber: '+819022222222', message: 'Shipped' },
      { phoneNumber: '+819011111111', message: 'To all' },
    ]);
  });

  it('need a phone', async () => {
    expect(await errorOf(sns.send(new PublishCommand({ PhoneNumber: 'mother', Message: 'x' })))).toBe(
      'InvalidParameterException',
    );
  });
});
