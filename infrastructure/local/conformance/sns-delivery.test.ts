import { LambdaClient } from '@aws-sdk/client-lambda';
import type { SNSClient } from '@aws-sdk/client-sns';
import {
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SubscribeCommand,
  type MessageAttributeValue,
} from '@aws-sdk/client-sns';
import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, TestFunctions } from './support/functions';
import { type TestQueues } from './support/messaging';
import { TestTopics } from './support/topics';

let cloud: Endpoint;
let topics: TestTopics;
let sns: SNSClient;
let queues: TestQueues;

beforeAll(async () => {
  cloud = await endpoint();
  topics = new TestTopics(cloud);
  ({ sns, queues } = topics);
});

afterAll(async () => {
  await topics.close();
  await cloud.close();
});

const text = (StringValue: string): MessageAttributeValue => ({ DataType: 'String', StringValue });

describe('delivery to queues', () => {
  it('wraps the message', async () => {
    const topicArn = await topics.create();
    const queue = await queues.create();
    await topics.subscribe(topicArn, queue);
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
    const topicArn = await topics.create();
    const queue = await queues.create();
    await topics.subscribe(topicArn, queue, { RawMessageDelivery: 'true' });
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
    const topicArn = await topics.create();
    const queue = await queues.create();
    await topics.subscribe(topicArn, queue, { RawMessageDelivery: 'true' });
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
    const topicArn = await topics.create();
    const dead = await queues.create();
    const queue = await queues.create();
    await topics.subscribe(
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
    const topicArn = await topics.create();
    const queue = await queues.create();
    await topics.subscribe(topicArn, queue, { RawMessageDelivery: 'true', ...attributes });
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
    const topicArn = await topics.create();
    const queue = await queues.create();
    const SubscriptionArn = await topics.subscribe(topicArn, queue, {
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

it('invokes functions', async () => {
  const lambda = new LambdaClient(cloud.client);
  const functions = new TestFunctions(lambda);
  const TopicArn = await topics.create();
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
  await functions.deleteAll();
  lambda.destroy();
});
