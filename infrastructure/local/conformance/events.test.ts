import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  StartReplayCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  UpdateArchiveCommand,
  type PutEventsRequestEntry,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, TestFunctions, unique } from './support/functions';
import { errorOf, TestQueues, type TestQueue } from './support/messaging';

let cloud: Endpoint;
let events: EventBridgeClient;
let sqs: SQSClient;
let queues: TestQueues;
let bus: { name: string; arn: string };
const rules: { name: string; bus: string }[] = [];
const archives: string[] = [];
const buses: string[] = [];

beforeAll(async () => {
  cloud = await endpoint();
  events = new EventBridgeClient({ ...cloud.client, maxAttempts: 1 });
  sqs = new SQSClient({ ...cloud.client, maxAttempts: 1 });
  queues = new TestQueues(sqs);
  bus = await createBus();
});

afterAll(async () => {
  for (const ArchiveName of archives)
    await events.send(new DeleteArchiveCommand({ ArchiveName })).catch(() => undefined);
  for (const { name, bus: EventBusName } of rules)
    await deleteRule(name, EventBusName).catch(() => undefined);
  for (const Name of buses) await events.send(new DeleteEventBusCommand({ Name })).catch(() => undefined);
  await queues.deleteAll();
  events.destroy();
  sqs.destroy();
  await cloud.close();
});

async function createBus(): Promise<{ name: string; arn: string }> {
  const name = unique('bus');
  const { EventBusArn = '' } = await events.send(new CreateEventBusCommand({ Name: name }));
  buses.push(name);
  return { name, arn: EventBusArn };
}

async function deleteRule(name: string, EventBusName: string): Promise<void> {
  const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: name, EventBusName }));
  if (Targets.length > 0)
    await events.send(
      new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: Targets.map(({ Id }) => Id ?? '') }),
    );
  await events.send(new DeleteRuleCommand({ Name: name, EventBusName }));
}

/** A queue that takes the bus's messages: AWS wants the queue to allow it. */
async function openQueue(): Promise<TestQueue> {
  const queue = await queues.create();
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queue.arn,
    },
  ];
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: queue.url,
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement }) },
    }),
  );
  return queue;
}

async function createRule(
  pattern: object,
  targets: readonly Omit<Target, 'Id'>[],
  EventBusName = bus.name,
): Promise<{ name: string; arn: string }> {
  const name = unique('rule');
  const { RuleArn = '' } = await events.send(
    new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }),
  );
  rules.push({ name, bus: EventBusName });
  const Targets = targets.map((target, index) => ({ Id: `t${index}`, ...target }));
  if (Targets.length > 0) {
    const answer = await events.send(new PutTargetsCommand({ Rule: name, EventBusName, Targets }));
    expect(answer.FailedEntryCount).toBe(0);
  }
  return { name, arn: RuleArn };
}

function put(...entries: Partial<PutEventsRequestEntry>[]) {
  const Entries = entries.map((entry) => ({
    EventBusName: bus.name,
    Source: 'test.orders',
    DetailType: 'Thing',
    Detail: '{}',
    ...entry,
  }));
  return events.send(new PutEventsCommand({ Entries }));
}

const bodies = async (queue: TestQueue, count: number): Promise<unknown[]> =>
  (await queues.drain(queue, count)).map(({ Body }) => JSON.parse(Body ?? '') as unknown);

describe('PutEvents', () => {
  it('brings an event to the targets of the rules it matches', async () => {
    const [one, two, other] = [await openQueue(), await openQueue(), await openQueue()];
    const source = unique('source');
    await createRule({ source: [source], detail: { total: [{ numeric: ['>', 100] }] } }, [
      { Arn: one.arn },
      { Arn: two.arn },
    ]);
    await createRule({ source: [source], detail: { total: [{ numeric: ['<=', 100] }] } }, [
      { Arn: other.arn },
    ]);
    const Time = new Date('2026-01-02T03:04:05Z');
    const answer = await put({
      Source: source,
      DetailType: 'OrderPlaced',
      Detail: '{"total":100.5,"名":"万"}',
      Resources: ['arn:aws:x'],
      Time,
    });
    expect(answer.FailedEntryCount).toBe(0);
    const expected = {
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'OrderPlaced',
      source,
      account: expect.stringMatching(/^\d{12}$/),
      time: '2026-01-02T03:04:05Z',
      region: cloud.client.region,
      resources: ['arn:aws:x'],
      detail: { total: 100.5, 名: '万' },
    };
    expect(await bodies(one, 1)).toEqual([expected]);
    expect(await bodies(two, 1)).toEqual([expected]);
    expect(await queues.receive(other)).toEqual([]);
  });

  it('answers each entry in its place', async () => {
    const answer = await put(
      {},
      { Source: '' },
      { Detail: '{' },
      { Detail: '[1]' },
      { Source: 'aws.ec2' },
      { DetailType: '' },
      {},
    );
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'InvalidArgument',
      'MalformedDetail',
      'MalformedDetail',
      expect.stringMatching(/^NotAuthorizedForSource/),
      'InvalidArgument',
      undefined,
    ]);
    expect(answer.Entries?.[0]?.EventId).not.toBe(answer.Entries?.[6]?.EventId);
  });

  it('refuses no entries, more than ten, and more than 256 KB', async () => {
    const entry = { Source: 'test', DetailType: 'x', Detail: '{}' };
    expect(await errorOf(events.send(new PutEventsCommand({ Entries: [] })))).toMatch(/^Validation/);
    expect(await errorOf(put(...Array.from({ length: 11 }, () => entry)))).toMatch(/^Validation/);
    const half = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(131_072) }) };
    expect(await errorOf(put(half, half))).toMatch(/^Validation/);
  });
});

describe('rules', () => {
  it('are described, listed, switched and deleted', async () => {
    const queue = await openQueue();
    const pattern = { source: [unique('source')] };
    const { name, arn } = await createRule(pattern, [{ Arn: queue.arn }]);
    const described = await events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus.name }));
    expect(described).toMatchObject({ Name: name, Arn: arn, State: 'ENABLED', EventBusName: bus.name });
    expect(JSON.parse(described.EventPattern ?? '')).toEqual(pattern);
    const listed = await events.send(new ListRulesCommand({ EventBusName: bus.name, NamePrefix: name }));
    expect(listed.Rules).toMatchObject([{ Name: name, Arn: arn }]);
    const byTarget = await events.send(
      new ListRuleNamesByTargetCommand({ TargetArn: queue.arn, EventBusName: bus.name }),
    );
    expect(byTarget.RuleNames).toEqual([name]);
    await events.send(new DisableRuleCommand({ Name: name, EventBusName: bus.name }));
    await put({ Source: pattern.source[0], Detail: '{"n":1}' });
    await events.send(new EnableRuleCommand({ Name: name, EventBusName: bus.name }));
    await eventually(async () => {
      await put({ Source: pattern.source[0], Detail: '{"n":2}' });
      const [first] = await bodies(queue, 1);
      expect(first).toMatchObject({ detail: { n: 2 } });
      return true;
    });
    expect(await errorOf(events.send(new DeleteRuleCommand({ Name: name, EventBusName: bus.name })))).toMatch(
      /^Validation/,
    );
    await deleteRule(name, bus.name);
    expect(await errorOf(events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus.name })))).toBe(
      'ResourceNotFoundException',
    );
  });

  it('have tags', async () => {
    const { arn } = await createRule({ source: ['x'] }, []);
    await events.send(
      new TagResourceCommand({
        ResourceARN: arn,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await events.send(new UntagResourceCommand({ ResourceARN: arn, TagKeys: ['a'] }));
    expect((await events.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);
  });

  test.each([
    '{',
    '[]',
    '{"source":"x"}',
    '{"source":[]}',
    '{"source":[{"near":"x"}]}',
    '{"a":[{"numeric":[">","x"]}]}',
  ])('refuse the pattern %s', async (EventPattern) => {
    expect(
      await errorOf(
        events.send(new PutRuleCommand({ Name: unique('rule'), EventBusName: bus.name, EventPattern })),
      ),
    ).toBe('InvalidEventPatternException');
  });

  it('may be scheduled on the default bus, if the schedule is right', async () => {
    const name = unique('rule');
    for (const ScheduleExpression of ['rate(5 minutes)', 'cron(0 10 ? * MON-FRI *)']) {
      await events.send(new PutRuleCommand({ Name: name, ScheduleExpression, State: 'DISABLED' }));
      expect((await events.send(new DescribeRuleCommand({ Name: name }))).ScheduleExpression).toBe(
        ScheduleExpression,
      );
    }
    await events.send(new DeleteRuleCommand({ Name: name }));
    for (const ScheduleExpression of ['rate(5 minute)', 'cron(* * * * * *)', 'at noon']) {
      expect(await errorOf(events.send(new PutRuleCommand({ Name: name, ScheduleExpression })))).toMatch(
        /^Validation/,
      );
    }
    expect(
      await errorOf(
        events.send(
          new PutRuleCommand({ Name: name, EventBusName: bus.name, ScheduleExpression: 'rate(1 hour)' }),
        ),
      ),
    ).toMatch(/^Validation/);
  });

  it('take no more than five targets, and none that make no sense', async () => {
    const { name } = await createRule({ source: ['x'] }, []);
    const Arn = 'arn:aws:sqs:ap-northeast-1:000000000000:q';
    const target = (Targets: Target[]) =>
      errorOf(events.send(new PutTargetsCommand({ Rule: name, EventBusName: bus.name, Targets })));
    expect(await target(Array.from({ length: 6 }, (_, index) => ({ Id: `t${index}`, Arn })))).toBe(
      'LimitExceededException',
    );
    expect(await target([{ Id: 't', Arn: 'queue' }])).toMatch(/^Validation/);
    expect(await target([{ Id: 't', Arn, Input: '{}', InputPath: '$.detail' }])).toMatch(/^Validation/);
  });
});

describe('patterns', () => {
  const event = {
    id: '1',
    account: '000000000000',
    source: 'shop.orders',
    time: '2026-01-01T00:00:00Z',
    region: 'ap-northeast-1',
    resources: [],
    'detail-type': 'OrderPlaced',
    detail: {
      city: 'Tokyo',
      total: 5,
      tags: ['new', 'gift'],
      ip: '10.0.0.7',
      note: null,
      items: [
        { id: 'a', n: 1 },
        { id: 'b', n: 2 },
      ],
    },
  };

  test.each([
    [{ source: [{ prefix: 'shop.' }] }, true],
    [{ source: [{ suffix: '.users' }] }, false],
    [{ detail: { city: [{ 'equals-ignore-case': 'TOKYO' }] } }, true],
    [{ detail: { city: [{ 'anything-but': ['Osaka', 'Kyoto'] }] } }, true],
    [{ detail: { city: [{ 'anything-but': { prefix: 'To' } }] } }, false],
    [{ detail: { city: [{ wildcard: 'T*y*' }] } }, true],
    [{ detail: { total: [{ numeric: ['>', 0, '<=', 5] }] } }, true],
    [{ detail: { total: ['5'] } }, false],
    [{ detail: { tags: ['gift'] } }, true],
    [{ detail: { ip: [{ cidr: '10.0.0.0/24' }] } }, true],
    [{ detail: { ip: [{ cidr: '10.0.1.0/24' }] } }, false],
    [{ detail: { note: [null] } }, true],
    [{ detail: { missing: [{ exists: false }] } }, true],
    [{ detail: { city: [{ exists: false }] } }, false],
    [{ detail: { items: { id: ['a'], n: [2] } } }, false],
    [{ detail: { items: { id: ['b'], n: [2] } } }, true],
    [{ detail: { $or: [{ city: ['Osaka'] }, { total: [5] }] } }, true],
    [{ $or: [{ source: ['x'] }, { 'detail-type': ['y'] }] }, false],
  ])('%j: %s', async (pattern, expected) => {
    const { Result } = await events.send(
      new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event: JSON.stringify(event) }),
    );
    expect(Result).toBe(expected);
  });
});

describe('what targets get', () => {
  async function input(target: Omit<Target, 'Id' | 'Arn'>, detail: object): Promise<string | undefined> {
    const queue = await openQueue();
    const source = unique('source');
    await createRule({ source: [source] }, [{ Arn: queue.arn, ...target }]);
    await put({ Source: source, Detail: JSON.stringify(detail) });
    return (await queues.drain(queue, 1))[0]?.Body;
  }

  it('may be a constant or a part of the event', async () => {
    expect(JSON.parse((await input({ Input: '{"a":[1]}' }, {})) ?? '')).toEqual({ a: [1] });
    expect(JSON.parse((await input({ InputPath: '$.detail.order' }, { order: { id: 'x' } })) ?? '')).toEqual({
      id: 'x',
    });
  });

  it('may be a template', async () => {
    const InputPathsMap = {
      id: '$.detail.id',
      items: '$.detail.items',
      second: '$.detail.items[1].name',
      n: '$.detail.n',
      type: '$.detail-type',
    };
    const InputTemplate =
      '{"text":"<type> of <id>","id":<id>,"items":<items>,"second":"<second>","n":<n>,"rule":"<aws.events.rule-name>","event":<aws.events.event.json>}';
    const detail = { id: 'say "hi"', items: [{ name: 'a' }, { name: 'b' }], n: 5 };
    const output = JSON.parse(
      (await input({ InputTransformer: { InputPathsMap, InputTemplate } }, detail)) ?? '',
    ) as Record<string, unknown>;
    expect(output).toMatchObject({
      text: 'Thing of say "hi"',
      id: 'say "hi"',
      items: detail.items,
      second: 'b',
      n: 5,
      event: { detail },
    });
    expect(output['rule']).toMatch(/^conformance-rule-/);
  });
});

describe('targets', () => {
  it('are topics, functions and other buses', async () => {
    const sns = new SNSClient(cloud.client);
    const lambda = new LambdaClient(cloud.client);
    const functions = new TestFunctions(lambda);
    const [fromTopic, fromFunction, fromBus] = [await openQueue(), await openQueue(), await openQueue()];
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: unique('topic') }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: fromTopic.arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    const { arn } = await functions.create(
      `import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
       export const handler = (event) => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));`,
      { Environment: { Variables: { OUT: fromFunction.url } }, Timeout: 20 },
    );
    const other = await createBus();
    const source = unique('source');
    await createRule({ source: [source] }, [{ Arn: fromBus.arn }], other.name);
    await createRule({ source: [source] }, [{ Arn: TopicArn }, { Arn: arn }, { Arn: other.arn }]);
    const answer = await put({ Source: source, Detail: '{"n":1}' });
    const expected = { id: answer.Entries?.[0]?.EventId, source, detail: { n: 1 } };
    for (const queue of [fromTopic, fromFunction, fromBus])
      expect(await bodies(queue, 1)).toMatchObject([expected]);
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    await functions.deleteAll();
    sns.destroy();
    lambda.destroy();
  });

  it('that are gone leave a dead letter that says why', async () => {
    const dead = await openQueue();
    const source = unique('source');
    const gone = `${dead.arn}-gone`;
    const rule = await createRule({ source: [source] }, [{ Arn: gone, DeadLetterConfig: { Arn: dead.arn } }]);
    await put({ Source: source, Detail: '{"n":1}' });
    const [letter] = await queues.drain(dead, 1);
    expect(JSON.parse(letter?.Body ?? '')).toMatchObject({ source, detail: { n: 1 } });
    const attributes = Object.fromEntries(
      Object.entries(letter?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
    );
    expect(attributes).toMatchObject({ RULE_ARN: rule.arn, TARGET_ARN: gone, ERROR_CODE: 'NO_RESOURCE' });
    expect(attributes['ERROR_MESSAGE']).toBeTruthy();
  });
});

describe('buses', () => {
  it('are described, listed and deleted when they are empty', async () => {
    const { name, arn } = await createBus();
    expect(await events.send(new DescribeEventBusCommand({ Name: name }))).toMatchObject({
      Name: name,
      Arn: arn,
    });
    expect((await events.send(new ListEventBusesCommand({ NamePrefix: name }))).EventBuses).toMatchObject([
      { Name: name },
    ]);
    expect(await errorOf(events.send(new CreateEventBusCommand({ Name: name })))).toBe(
      'ResourceAlreadyExistsException',
    );
    const rule = await createRule({ source: ['x'] }, [], name);
    expect(await errorOf(events.send(new DeleteEventBusCommand({ Name: name })))).toBeDefined();
    await deleteRule(rule.name, name);
    await events.send(new DeleteEventBusCommand({ Name: name }));
    expect(await errorOf(events.send(new DescribeEventBusCommand({ Name: name })))).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('archives', () => {
  it('keep events and send them again to the rules that are asked for', async () => {
    const own = await createBus();
    const [wanted, other] = [await openQueue(), await openQueue()];
    const ArchiveName = unique('a').slice(0, 48);
    archives.push(ArchiveName);
    await events.send(
      new CreateArchiveCommand({
        ArchiveName,
        EventSourceArn: own.arn,
        EventPattern: '{"detail-type":["Kept"]}',
        RetentionDays: 1,
      }),
    );
    await eventually(async () =>
      (await events.send(new DescribeArchiveCommand({ ArchiveName }))).State === 'ENABLED' ? true : undefined,
    );
    await events.send(new UpdateArchiveCommand({ ArchiveName, Description: 'of orders' }));
    const rule = await createRule({ source: ['test.orders'] }, [{ Arn: wanted.arn }], own.name);
    await createRule({ source: ['test.orders'] }, [{ Arn: other.arn }], own.name);
    const begin = new Date(Date.now() - 5_000);
    for (const [DetailType, n] of [
      ['Kept', 1],
      ['Lost', 2],
      ['Kept', 3],
    ] as const) {
      await put({ EventBusName: own.name, DetailType, Detail: JSON.stringify({ n }) });
    }
    await queues.drain(wanted, 3);
    await queues.drain(other, 3);
    await eventually(
      async () =>
        (await events.send(new DescribeArchiveCommand({ ArchiveName }))).EventCount === 2 ? true : undefined,
      process.env.AWS_ENDPOINT_URL === undefined ? 15_000 : 1_200_000,
    );
    const described = await events.send(new DescribeArchiveCommand({ ArchiveName }));
    expect(described).toMatchObject({ EventSourceArn: own.arn, Description: 'of orders', RetentionDays: 1 });
    expect((await events.send(new ListArchivesCommand({ NamePrefix: ArchiveName }))).Archives).toMatchObject([
      { ArchiveName },
    ]);

    const ReplayName = unique('replay');
    await events.send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: described.ArchiveArn,
        EventStartTime: begin,
        EventEndTime: new Date(Date.now() + 1_000),
        Destination: { Arn: own.arn, FilterArns: [rule.arn] },
      }),
    );
    const again = await bodies(wanted, 2);
    expect(again).toMatchObject([{ 'replay-name': ReplayName }, { 'replay-name': ReplayName }]);
    expect(again.map((event) => (event as { detail: { n: number } }).detail.n)).toEqual([1, 3]);
    expect(await queues.receive(other)).toEqual([]);
    await eventually(async () =>
      (await events.send(new DescribeReplayCommand({ ReplayName }))).State === 'COMPLETED' ? true : undefined,
    );
    expect((await events.send(new ListReplaysCommand({ NamePrefix: ReplayName }))).Replays).toMatchObject([
      { ReplayName, State: 'COMPLETED' },
    ]);
    expect((await events.send(new DescribeArchiveCommand({ ArchiveName }))).EventCount).toBe(2);
  });

  it('belong to the bus they replay to', async () => {
    const own = await createBus();
    const ArchiveName = unique('a').slice(0, 48);
    archives.push(ArchiveName);
    const { ArchiveArn } = await events.send(
      new CreateArchiveCommand({ ArchiveName, EventSourceArn: own.arn }),
    );
    const replay = new StartReplayCommand({
      ReplayName: unique('replay'),
      EventSourceArn: ArchiveArn,
      EventStartTime: new Date(Date.now() - 60_000),
      EventEndTime: new Date(),
      Destination: { Arn: bus.arn },
    });
    expect(await errorOf(events.send(replay))).toMatch(/^Validation/);
    expect(
      await errorOf(events.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: own.arn }))),
    ).toBe('ResourceAlreadyExistsException');
  });
});
