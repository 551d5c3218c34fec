import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';

import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, unique } from './support/functions';
import { TestBus, type Named } from './support/event-rules';
import { errorOf, type TestQueues } from './support/messaging';

let cloud: Endpoint;
let setup: TestBus;
let events: EventBridgeClient;
let queues: TestQueues;
let bus: Named;

beforeAll(async () => {
  cloud = await endpoint();
  setup = await TestBus.create(cloud);
  ({ events, queues, bus } = setup);
});

afterAll(async () => {
  await setup.close();
  await cloud.close();
});

describe('PutEvents', () => {
  it('brings an event to the targets of the rules it matches', async () => {
    const [one, two, other] = [await setup.openQueue(), await setup.openQueue(), await setup.openQueue()];
    const source = unique('source');
    await setup.createRule({ source: [source], detail: { total: [{ numeric: ['>', 100] }] } }, [
      { Arn: one.arn },
      { Arn: two.arn },
    ]);
    await setup.createRule({ source: [source], detail: { total: [{ numeric: ['<=', 100] }] } }, [
      { Arn: other.arn },
    ]);
    const Time = new Date('2026-01-02T03:04:05Z');
    const answer = await setup.put({
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
    expect(await setup.bodies(one, 1)).toEqual([expected]);
    expect(await setup.bodies(two, 1)).toEqual([expected]);
    expect(await queues.receive(other)).toEqual([]);
  });

  it('answers each entry in its place', async () => {
    const answer = await setup.put(
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
    expect(await errorOf(setup.put(...Array.from({ length: 11 }, () => entry)))).toMatch(/^Validation/);
    const half = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(131_072) }) };
    expect(await errorOf(setup.put(half, half))).toMatch(/^Validation/);
  });
});

describe('rules', () => {
  it('are described, listed, switched and deleted', async () => {
    const queue = await setup.openQueue();
    const pattern = { source: [unique('source')] };
    const { name, arn } = await setup.createRule(pattern, [{ Arn: queue.arn }]);
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
    await setup.put({ Source: pattern.source[0], Detail: '{"n":1}' });
    await events.send(new EnableRuleCommand({ Name: name, EventBusName: bus.name }));
    await eventually(async () => {
      await setup.put({ Source: pattern.source[0], Detail: '{"n":2}' });
      const [first] = await setup.bodies(queue, 1);
      expect(first).toMatchObject({ detail: { n: 2 } });
      return true;
    });
    expect(await errorOf(events.send(new DeleteRuleCommand({ Name: name, EventBusName: bus.name })))).toMatch(
      /^Validation/,
    );
    await setup.deleteRule(name, bus.name);
    expect(await errorOf(events.send(new DescribeRuleCommand({ Name: name, EventBusName: bus.name })))).toBe(
      'ResourceNotFoundException',
    );
  });

  it('have tags', async () => {
    const { arn } = await setup.createRule({ source: ['x'] }, []);
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
    const { name } = await setup.createRule({ source: ['x'] }, []);
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
