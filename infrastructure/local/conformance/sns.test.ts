import type { SNSClient } from '@aws-sdk/client-sns';
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
  SetTopicAttributesCommand,
  SubscribeCommand,
  TagResourceCommand,
  UnsubscribeCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';

import { endpoint, type Endpoint } from './support/endpoint';

import { errorOf, type TestQueues } from './support/messaging';
import { TestTopics } from './support/topics';

let cloud: Endpoint;
let topics: TestTopics;
let sns: SNSClient;
let queues: TestQueues;
const local = process.env.AWS_ENDPOINT_URL === undefined;

beforeAll(async () => {
  cloud = await endpoint();
  topics = new TestTopics(cloud);
  ({ sns, queues } = topics);
});

afterAll(async () => {
  await topics.close();
  await cloud.close();
});

describe('topics', () => {
  it('are created once, described, tagged, listed and deleted', async () => {
    const topicArn = await topics.create();
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
    const topicArn = await topics.create();
    const queue = await queues.create();
    const subscription = await topics.subscribe(topicArn, queue);
    expect(await topics.subscribe(topicArn, queue)).toBe(subscription);
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
    const TopicArn = await topics.create();
    expect(await errorOf(sns.send(new SubscribeCommand({ TopicArn, ...input })))).toBe(
      'InvalidParameterException',
    );
  });

  (local ? test : test.skip)('by mail are refused in so many words', async () => {
    const TopicArn = await topics.create();
    await expect(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'a@example.com' })),
    ).rejects.toThrow('does not deliver by email');
    expect(await errorOf(sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token: 'x' })))).toBe(
      'InvalidParameterException',
    );
  });
});

describe('publishing', () => {
  test.each([
    ['an empty message', { Message: '' }],
    ['too much', { Message: 'x'.repeat(262_145) }],
    ['a subject of two lines', { Message: 'x', Subject: 'a\nb' }],
    ['a structure without default', { Message: '{"sqs":"x"}', MessageStructure: 'json' }],
  ])('is refused with %s', async (_what, input) => {
    const TopicArn = await topics.create();
    expect(await errorOf(sns.send(new PublishCommand({ TopicArn, ...input })))).toBe(
      'InvalidParameterException',
    );
  });

  it('needs a topic', async () => {
    const missing = `${await topics.create()}-missing`;
    expect(await errorOf(sns.send(new PublishCommand({ TopicArn: missing, Message: 'x' })))).toBe(
      'NotFoundException',
    );
  });

  it('in batches answers each entry for itself', async () => {
    const TopicArn = await topics.create();
    const queue = await queues.create();
    await topics.subscribe(TopicArn, queue, { RawMessageDelivery: 'true' });
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

(local ? describe : describe.skip)('text messages', () => {
  const outbox = async (): Promise<unknown[]> => {
    const response = await fetch(`${cloud.url}/_local/sms`);
    return ((await response.json()) as { messages: unknown[] }).messages;
  };

  it('are kept in the outbox', async () => {
    const TopicArn = await topics.create();
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
