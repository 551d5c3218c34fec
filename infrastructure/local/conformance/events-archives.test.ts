import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeReplayCommand,
  ListArchivesCommand,
  ListEventBusesCommand,
  ListReplaysCommand,
  StartReplayCommand,
  UpdateArchiveCommand,
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

describe('buses', () => {
  it('are described, listed and deleted when they are empty', async () => {
    const { name, arn } = await setup.createBus();
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
    const rule = await setup.createRule({ source: ['x'] }, [], name);
    expect(await errorOf(events.send(new DeleteEventBusCommand({ Name: name })))).toBeDefined();
    await setup.deleteRule(rule.name, name);
    await events.send(new DeleteEventBusCommand({ Name: name }));
    expect(await errorOf(events.send(new DescribeEventBusCommand({ Name: name })))).toBe(
      'ResourceNotFoundException',
    );
  });
});

describe('archives', () => {
  it('keep events and send them again to the rules that are asked for', async () => {
    const own = await setup.createBus();
    const [wanted, other] = [await setup.openQueue(), await setup.openQueue()];
    const ArchiveName = setup.archiveName();
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
    const rule = await setup.createRule({ source: ['test.orders'] }, [{ Arn: wanted.arn }], own.name);
    await setup.createRule({ source: ['test.orders'] }, [{ Arn: other.arn }], own.name);
    const begin = new Date(Date.now() - 5_000);
    for (const [DetailType, n] of [
      ['Kept', 1],
      ['Lost', 2],
      ['Kept', 3],
    ] as const) {
      await setup.put({ EventBusName: own.name, DetailType, Detail: JSON.stringify({ n }) });
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
    const again = await setup.bodies(wanted, 2);
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
    const own = await setup.createBus();
    const ArchiveName = setup.archiveName();
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
