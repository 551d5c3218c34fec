import { AwsError } from '../../endpoint/aws';
import type { EventBusPort, OutgoingMessage, Ports } from '../../ports';
import { jsonRequest, TestCloud } from '../testing';
import { createEvents, type EventsService } from './index';

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:ap-northeast-1:000000000000:${resource}`;
const busSpec = { name: 'shop', archive: { name: 'shop-archive', retentionDays: 30 } };
const rule = (name: string, type: 'sqs' | 'stepfunctions', retries: number) => ({
  name,
  description: '',
  eventPattern: { source: ['shop'] },
  targets: [
    {
      id: 'target',
      type,
      resource: 'work',
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: retries },
      deadLetterQueue: 'dead',
    },
  ],
});
const throttled = new AwsError('OverLimit', 'too many', 403);

let cloud: TestCloud;
let events: EventsService;
let rules: ReturnType<typeof rule>[];
let sent: { queue: string; message: OutgoingMessage }[];
let executions: string[];
/** How many deliveries fail before one works, and with what. */
let failures: number;
let failure: Error;

async function restart(): Promise<void> {
  await events?.stop?.();
  const context = await cloud.restart();
  const ports: Partial<Ports> = {
    metrics: { put: () => undefined },
    queues: {
      send: async (queueArn: string, message: OutgoingMessage) => {
        if (queueArn.endsWith(':work') && failures-- > 0) throw failure;
        sent.push({ queue: queueArn.slice(queueArn.lastIndexOf(':') + 1), message });
        return { messageId: '1' };
      },
    } as unknown as Ports['queues'],
    stateMachines: {
      startExecution: async ({ name = '' }) => {
        if (executions.includes(name)) throw new AwsError('ExecutionAlreadyExists', name);
        executions.push(name);
        if (failures-- > 0) throw failure;
        return { executionArn: '', startDate: new Date() };
      },
    },
  };
  Object.assign(context.ports, ports);
  events = await createEvents(context, busSpec, rules, { firstRetryMs: 5, longestRetryMs: 20 });
  await events.start?.();
}

beforeEach(async () => {
  cloud = await TestCloud.create();
  [sent, executions, failures, failure] = [[], [], 0, throttled];
  rules = [rule('to-queue', 'sqs', 3)];
  await restart();
});

afterEach(async () => {
  await events.stop?.();
  await cloud.close();
});

const put = (detail = '{}', bus = 'shop'): ReturnType<EventBusPort['putEvents']> =>
  events.putEvents([{ source: 'shop', detailType: 'Thing', detail, eventBusName: bus }]);

async function until(done: () => boolean): Promise<void> {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const call = async (operation: string, input: object): Promise<Record<string, unknown>> => {
  const response = await events.handle(jsonRequest(`AWSEvents.${operation}`, input));
  if (response.status !== 200) throw new Error(String(response.body));
  return JSON.parse(String(response.body)) as Record<string, unknown>;
};

describe('deliveries that fail', () => {
  it('are tried again until they work', async () => {
    failures = 3;
    await put();
    await until(() => sent.length > 0);
    expect(sent).toMatchObject([{ queue: 'work' }]);
  });

  it('end in the dead-letter queue when the retries are used up', async () => {
    failures = Infinity;
    await put('{"n":1}');
    await until(() => sent.length > 0);
    const [letter] = sent;
    expect(letter).toMatchObject({
      queue: 'dead',
      message: { body: expect.stringContaining('"detail":{"n":1}') },
    });
    const attributes = Object.fromEntries(
      Object.entries(letter?.message.attributes ?? {}).map(([name, { stringValue }]) => [name, stringValue]),
    );
    expect(attributes).toEqual({
      RULE_ARN: arn('events', 'rule/shop/to-queue'),
      TARGET_ARN: arn('sqs', 'work'),
      ERROR_CODE: 'THROTTLING',
      ERROR_MESSAGE: 'too many',
      RETRY_ATTEMPTS: '3',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
    });
  });

  it('are not tried again when they cannot work', async () => {
    [failures, failure] = [Infinity, new AwsError('QueueDoesNotExist', 'gone')];
    await put();
    expect(sent[0]?.message.attributes).toMatchObject({
      ERROR_CODE: { stringValue: 'NO_RESOURCE' },
      RETRY_ATTEMPTS: { stringValue: '0' },
    });
    expect(sent[0]?.message.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('are tried again after a restart', async () => {
    failures = 1;
    const accepted = put('{"n":1}');
    await accepted;
    await restart();
    await until(() => sent.length > 0);
    expect(sent).toMatchObject([{ queue: 'work', message: { body: expect.stringContaining('"n":1') } }]);
  });

  it('start an execution once, even where the failed start had worked', async () => {
    rules = [rule('to-machine', 'stepfunctions', 3)];
    await restart();
    [failures, failure] = [1, new Error('connection lost')];
    const [result] = await put();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(executions).toEqual([expect.stringContaining(result?.eventId ?? 'none')]);
    expect(sent).toEqual([]);
  });
});

it('passes the detail on as it was written', async () => {
  await put('{"n":12345678901234567890}');
  expect(sent[0]?.message.body).toContain('"detail":{"n":12345678901234567890}}');
});

it('accepts an event for a bus that does not exist, as AWS does, and says so on stderr', async () => {
  const complain = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  expect((await put('{}', 'nowhere'))[0]?.eventId).toBeDefined();
  expect(complain).toHaveBeenCalledWith(expect.stringContaining('nowhere'));
  complain.mockRestore();
  expect(sent).toEqual([]);
});

it('ends the circle of two buses that send to each other', async () => {
  const complain = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const [bus, other] of [
    ['left', 'right'],
    ['right', 'left'],
  ]) {
    await call('CreateEventBus', { Name: bus });
    await call('PutRule', { Name: 'across', EventBusName: bus, EventPattern: '{"source":["shop"]}' });
    const targets = [
      { Id: 'other', Arn: arn('events', `event-bus/${other}`) },
      { Id: 'queue', Arn: arn('sqs', 'work') },
    ];
    await call('PutTargets', { Rule: 'across', EventBusName: bus, Targets: targets });
  }
  await put('{}', 'left');
  expect(sent).toHaveLength(6);
  expect(complain).toHaveBeenCalledWith(expect.stringContaining('forwarded too often'));
  complain.mockRestore();
});

describe('shipped rules', () => {
  it('go when they are no longer shipped; rules of users stay', async () => {
    await call('PutRule', { Name: 'mine', EventBusName: 'shop', EventPattern: '{"source":["x"]}' });
    await call('TagResource', {
      ResourceARN: arn('events', 'rule/shop/mine'),
      Tags: [{ Key: 'a', Value: '1' }],
    });
    rules = [rule('other', 'sqs', 3)];
    await restart();
    const { Rules } = await call('ListRules', { EventBusName: 'shop' });
    expect(Rules).toMatchObject([{ Name: 'mine' }, { Name: 'other' }]);
    expect(await call('ListTagsForResource', { ResourceARN: arn('events', 'rule/shop/mine') })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }],
    });
  });

  it('stay switched off', async () => {
    await call('DisableRule', { Name: 'to-queue', EventBusName: 'shop' });
    await restart();
    await put();
    expect(sent).toEqual([]);
  });
});

it('replays what it archived before a restart', async () => {
  await put('{"n":1}');
  await restart();
  await put('{"n":2}');
  sent = [];
  const now = Date.now() / 1_000;
  const [EventSourceArn, Destination] = [
    arn('events', 'archive/shop-archive'),
    { Arn: arn('events', 'event-bus/shop') },
  ];
  await call('StartReplay', {
    ReplayName: 'again',
    EventSourceArn,
    EventStartTime: now - 60,
    EventEndTime: now + 1,
    Destination,
  });
  await until(() => sent.length === 2);
  const bodies = sent.map(({ message }) => JSON.parse(message.body) as object);
  expect(bodies).toMatchObject([
    { detail: { n: 1 }, 'replay-name': 'again' },
    { detail: { n: 2 }, 'replay-name': 'again' },
  ]);
  expect(await call('DescribeArchive', { ArchiveName: 'shop-archive' })).toMatchObject({ EventCount: 2 });
});

it('fires a scheduled rule when it is time', async () => {
  jest.useFakeTimers({
    now: Date.parse('2026-01-01T09:59:59Z'),
    doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'],
  });
  try {
    await call('PutRule', { Name: 'daily', ScheduleExpression: 'cron(0 10 * * ? *)' });
    await call('PutTargets', { Rule: 'daily', Targets: [{ Id: 'queue', Arn: arn('sqs', 'work') }] });
    await jest.advanceTimersByTimeAsync(500);
    expect(sent).toEqual([]);
    await jest.advanceTimersByTimeAsync(86_400_000);
    expect(sent.map(({ message }) => JSON.parse(message.body) as unknown)).toMatchObject([
      {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        time: '2026-01-01T10:00:00Z',
        resources: [arn('events', 'rule/daily')],
      },
    ]);
  } finally {
    jest.useRealTimers();
  }
});
