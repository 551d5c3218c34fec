import type { JsonObject } from './asl/json';
import { ManualClock, TestCloud, eventually, lambdaArn } from './testing';

let cloud: TestCloud;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  cloud = await TestCloud.create({ clock });
});
afterEach(() => cloud.close());

describe('waitForTaskToken', () => {
  const waiting = (more: JsonObject = {}): JsonObject => ({
    StartAt: 'T',
    States: {
      T: {
        Type: 'Task',
        Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
        Parameters: {
          QueueUrl: 'http://localhost:4566/000000000000/work',
          MessageBody: { 'token.$': '$$.Task.Token', 'order.$': '$.order' },
        },
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }],
        ...more,
        Next: 'X',
      },
      X: { Type: 'Succeed' },
    },
  });
  const token = async (): Promise<string> => {
    const message = await eventually(() => cloud.messages.at(-1));
    expect(message.queueArn).toBe('arn:aws:sqs:ap-northeast-1:000000000000:work');
    return (JSON.parse(message.body) as { token: string }).token;
  };

  it('goes on with what SendTaskSuccess brings, once', async () => {
    const arn = await cloud.begin(waiting(), { order: 1 });
    const taskToken = await token();
    await cloud.call('SendTaskSuccess', { taskToken, output: '{"paid":true}' });
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: { paid: true } });
    expect(await cloud.types(arn)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded', 'TaskStateExited',
      'SucceedStateEntered', 'SucceedStateExited', 'ExecutionSucceeded',
    ]); // prettier-ignore
    await expect(cloud.call('SendTaskSuccess', { taskToken, output: '{}' })).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  it('fails as SendTaskFailure says', async () => {
    const arn = await cloud.begin(waiting(), { order: 1 });
    await cloud.call('SendTaskFailure', { taskToken: await token(), error: 'Declined', cause: 'no money' });
    expect(await cloud.ended(arn)).toMatchObject({ output: { Error: 'Declined', Cause: 'no money' } });
  });

  it('times out without heartbeats, and lives on with them', async () => {
    const arn = await cloud.begin(waiting({ HeartbeatSeconds: 10 }), { order: 1 });
    const taskToken = await token();
    clock.advance(9000);
    await cloud.call('SendTaskHeartbeat', { taskToken });
    clock.advance(9000);
    expect((await cloud.describe(arn)).status).toBe('RUNNING');
    clock.advance(1000);
    expect(await cloud.ended(arn)).toMatchObject({ output: { Error: 'States.HeartbeatTimeout' } });
  });

  it('refuses tokens it did not give and output that is not JSON', async () => {
    await expect(
      cloud.call('SendTaskSuccess', { taskToken: 'nonsense!', output: '{}' }),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
    await expect(cloud.call('SendTaskSuccess', { taskToken: 'x', output: '{' })).rejects.toMatchObject({
      name: 'InvalidOutput',
    });
  });
});

describe('other services', () => {
  it('puts events with the execution among the resources', async () => {
    const put = (detailType: string): JsonObject => ({
      Type: 'Task',
      Resource: 'arn:aws:states:::events:putEvents',
      Parameters: {
        Entries: [
          { Detail: { 'id.$': '$.id' }, DetailType: detailType, Source: 'test', EventBusName: 'bus' },
        ],
      },
    });
    expect(await cloud.state(put('Done'), { id: 7 })).toMatchObject({
      output: { Entries: [{ EventId: 'event-1' }], FailedEntryCount: 0 },
    });
    expect(cloud.entries[0]).toMatchObject({ detailType: 'Done', detail: '{"id":7}', eventBusName: 'bus' });
    expect(cloud.entries[0]?.resources?.[0]).toContain(':execution:');
    expect(await cloud.state(put('Refused'), { id: 7 })).toMatchObject({ error: 'EventBridge.FailedEntry' });
  });

  it('starts executions and waits for them', async () => {
    const child = await cloud.machine({
      StartAt: 'P',
      States: { P: { Type: 'Pass', Parameters: { 'double.$': 'States.MathAdd($.n, $.n)' }, End: true } },
    });
    const start = (resource: string): JsonObject => ({
      Type: 'Task',
      Resource: `arn:aws:states:::states:${resource}`,
      Parameters: { StateMachineArn: child, Input: { 'n.$': '$.n' } },
    });
    expect(await cloud.state(start('startExecution.sync:2'), { n: 4 })).toMatchObject({
      output: { Status: 'SUCCEEDED', Output: { double: 8 } },
    });
    expect(await cloud.state(start('startExecution.sync'), { n: 4 })).toMatchObject({
      output: { Output: '{"double":8}' },
    });
    expect(await cloud.state(start('startExecution'), { n: 4 })).toMatchObject({
      output: { ExecutionArn: expect.stringContaining(':execution:') as string },
    });
    expect(await cloud.state(start('startExecution.sync:2'), { n: 'x' })).toMatchObject({
      error: 'States.TaskFailed',
    });
  });

  it('limits results to 256 KiB, which States.ALL does not catch', async () => {
    cloud.functions.set('f', () => 'x'.repeat(262_144));
    const state = {
      Type: 'Task',
      Resource: lambdaArn('f'),
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'X' }],
      Next: 'X',
    };
    expect(await cloud.run({ StartAt: 'T', States: { T: state, X: { Type: 'Succeed' } } })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });
});
