import { ClassicLevel } from 'classic-level';
import type { JsonObject } from './asl/json';
import { ManualClock, NamedError, TestCloud, eventually, lambdaArn } from './testing';

let cloud: TestCloud;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  cloud = await TestCloud.create({ clock });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await cloud.close();
});

const task = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: lambdaArn(name),
  ...more,
});
const never = (): Promise<null> => new Promise(() => undefined);
const invocationsOf = (name: string): unknown[] =>
  cloud.invocations.filter((each) => each.name === name).map(({ input }) => input);

describe('after a restart', () => {
  it('makes a call that was in flight again, with the same arguments, and keeps what was done', async () => {
    cloud.functions.set('first', () => ({ id: 'a' }));
    cloud.functions.set('second', never);
    const arn = await cloud.begin({
      StartAt: 'A',
      States: {
        A: task('first', { Assign: { 'kept.$': '$.id' }, Next: 'B' }),
        B: task('second', {
          Parameters: { 'unique.$': 'States.UUID()', 'kept.$': '$kept' },
          TimeoutSeconds: 60,
          End: true,
        }),
      },
    });
    await eventually(() => (invocationsOf('second').length === 1 ? true : undefined));
    const [before] = invocationsOf('second');
    await cloud.crash();
    cloud.functions.set('second', (input) => input);
    await eventually(() => (invocationsOf('second').length === 2 ? true : undefined));
    // The second process found the function still hanging; the third completes it.
    await cloud.crash();
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: before });
    expect(invocationsOf('first')).toHaveLength(1);
    expect(new Set(invocationsOf('second').map((input) => JSON.stringify(input))).size).toBe(1);
    const history = await cloud.history(arn);
    expect(history.map(({ id }) => id)).toEqual(history.map((_, index) => index + 1));
    expect(history.filter(({ type }) => type === 'LambdaFunctionScheduled')).toHaveLength(2);
  });

  it('keeps the time of a Wait', async () => {
    const arn = await cloud.begin({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 100, End: true } } });
    await eventually(() => clock.nextIn);
    clock.advance(40_000);
    await cloud.crash();
    await eventually(() => clock.nextIn);
    expect(clock.nextIn).toBe(60_000);
    clock.advance(60_000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('keeps the delay and the count of a retry', async () => {
    cloud.functions.set('f', () => {
      throw new NamedError('Flaky', '');
    });
    const retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 10, MaxAttempts: 2 }];
    const arn = await cloud.begin({ StartAt: 'T', States: { T: task('f', { Retry: retry, End: true }) } });
    await eventually(() => clock.nextIn);
    clock.advance(4000);
    await cloud.crash();
    await eventually(() => clock.nextIn);
    expect(clock.nextIn).toBe(6000);
    clock.advance(6000);
    await eventually(() =>
      invocationsOf('f').length === 2 && clock.nextIn !== undefined ? true : undefined,
    );
    expect(clock.nextIn).toBe(20_000);
    clock.advance(20_000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Flaky' });
    expect(invocationsOf('f')).toHaveLength(3);
  });

  it('keeps task tokens and the deadline of the task that waits', async () => {
    const definition = {
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl: 'http://localhost/000000000000/q', 'MessageBody.$': '$$.Task.Token' },
          TimeoutSeconds: 100,
          End: true,
        },
      },
    };
    const arn = await cloud.begin(definition);
    const late = await cloud.begin(definition);
    await eventually(async () => ((await cloud.types(arn)).includes('TaskSubmitted') ? true : undefined));
    await eventually(async () => ((await cloud.types(late)).includes('TaskSubmitted') ? true : undefined));
    clock.advance(30_000);
    await cloud.crash();
    await eventually(() => (clock.count === 2 ? true : undefined));
    expect(clock.nextIn).toBe(70_000);
    expect(cloud.messages).toHaveLength(2);
    await cloud.call('SendTaskSuccess', { taskToken: cloud.messages[0]?.body ?? '', output: '"yes"' });
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: 'yes' });
    clock.advance(70_000);
    expect(await cloud.ended(late)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('does not lose a token that was acknowledged', async () => {
    const next = { Type: 'Wait', Seconds: 10, End: true };
    const arn = await cloud.begin({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
          Parameters: { FunctionName: 'f', 'Payload.$': '$$.Task.Token' },
          Next: 'W',
        },
        W: next,
      },
    });
    const taskToken = await eventually(() => cloud.invocations[0]?.input as string | undefined);
    await cloud.call('SendTaskSuccess', { taskToken, output: '5' });
    await cloud.crash();
    await eventually(() => clock.nextIn);
    clock.advance(10_000);
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: 5 });
  });

  it('keeps finished branches and iterations and goes on with the others', async () => {
    cloud.functions.set('quick', (input) => ({ quick: input }));
    cloud.functions.set('slow', never);
    const item = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 2, Next: 'S' }], Default: 'Q' },
        S: task('slow', { End: true }),
        Q: task('quick', { End: true }),
      },
    };
    const arn = await cloud.begin({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor: item, End: true } } },
            { StartAt: 'B', States: { B: task('quick', { Parameters: 'b', End: true }) } },
          ],
          End: true,
        },
      },
    }, [1, 2, 3]); // prettier-ignore
    await eventually(() =>
      invocationsOf('quick').length === 3 && invocationsOf('slow').length === 1 ? true : undefined,
    );
    await eventually(async () =>
      (await cloud.types(arn)).filter((type) => type === 'TaskStateExited').length === 3 ? true : undefined,
    );
    cloud.functions.set('slow', () => 'slow');
    await cloud.crash();
    expect(await cloud.ended(arn)).toEqual({
      status: 'SUCCEEDED',
      output: [[{ quick: 1 }, 'slow', { quick: 3 }], { quick: 'b' }],
    });
    expect(invocationsOf('quick')).toHaveLength(3);
    expect(invocationsOf('slow')).toHaveLength(2);
  });

  it('counts the time of the whole execution from its start', async () => {
    const arn = await cloud.begin({
      StartAt: 'W',
      TimeoutSeconds: 60,
      States: { W: { Type: 'Wait', Seconds: 500, End: true } },
    });
    await eventually(() => (clock.count === 2 ? true : undefined));
    clock.advance(50_000);
    await cloud.crash();
    await eventually(() => (clock.count === 2 ? true : undefined));
    clock.advance(10_000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'TIMED_OUT' });
  });

  it('runs on by the definition it began with', async () => {
    const spec = (result: string) => ({
      logicalId: 'Saga',
      name: 'saga',
      type: 'STANDARD' as const,
      definition: JSON.stringify({
        StartAt: 'W',
        States: {
          W: { Type: 'Wait', Seconds: 5, Next: 'P' },
          P: { Type: 'Pass', Result: result, End: true },
        },
      }),
    });
    await cloud.restart([spec('old')]);
    const stateMachineArn = 'arn:aws:states:ap-northeast-1:000000000000:stateMachine:saga';
    const { executionArn } = await cloud.service.startExecution({ stateMachineArn, name: 'x', input: '{}' });
    await cloud.restart([spec('new')]);
    const second = await cloud.service.startExecution({ stateMachineArn, name: 'y', input: '{}' });
    await eventually(() => (clock.count === 2 ? true : undefined));
    clock.advance(5000);
    expect(await cloud.ended(executionArn)).toMatchObject({ output: 'old' });
    expect(await cloud.ended(second.executionArn)).toMatchObject({ output: 'new' });
    expect(await cloud.call('DescribeStateMachineForExecution', { executionArn })).toMatchObject({
      definition: spec('old').definition,
    });
  });

  it('still answers for what had ended', async () => {
    const arn = await cloud.begin({ StartAt: 'P', States: { P: { Type: 'Pass', Result: 1, End: true } } });
    await cloud.ended(arn);
    const history = await cloud.history(arn);
    await cloud.restart();
    expect(await cloud.describe(arn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    expect(await cloud.history(arn)).toEqual(history);
  });
});

describe('RedriveExecution', () => {
  it('goes on from the state that failed', async () => {
    cloud.functions.set('good', () => 1);
    cloud.functions.set('bad', () => {
      throw new NamedError('Broken', '');
    });
    const arn = await cloud.begin({
      StartAt: 'A',
      States: {
        A: task('good', { Next: 'M' }),
        M: { Type: 'Map', ItemsPath: '$$.Execution.Input', ItemProcessor: { StartAt: 'B', States: { B: task('bad', { End: true }) } }, End: true },
      },
    }, [7]); // prettier-ignore
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(await cloud.describe(arn)).toMatchObject({ redriveStatus: 'REDRIVABLE' });
    cloud.functions.set('bad', (input) => input);
    await cloud.call('RedriveExecution', { executionArn: arn });
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: [7] });
    expect(await cloud.describe(arn)).toMatchObject({ redriveCount: 1, redriveStatus: 'NOT_REDRIVABLE' });
    expect(invocationsOf('good')).toHaveLength(1);
    expect(await cloud.types(arn)).toContain('ExecutionRedriven');
    await expect(cloud.call('RedriveExecution', { executionArn: arn })).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    });
  });
});

it('waits for a disk that is full: the execution goes on when there is room, and does not fail', async () => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  let full: jest.SpyInstance | undefined;
  cloud.functions.set('first', () => {
    full = jest
      .spyOn(ClassicLevel.prototype, 'batch')
      .mockImplementation(() => Promise.reject(new Error('No space left on device')) as never);
    return 'done';
  });
  cloud.functions.set('second', (input) => input);
  const arn = await cloud.begin({
    StartAt: 'A',
    States: { A: task('first', { Next: 'B' }), B: task('second', { End: true }) },
  });
  await eventually(() => full?.mock.calls.length || undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  jest.restoreAllMocks();
  const ended = await eventually(() => cloud.ended(arn).catch(() => undefined));
  expect(ended).toEqual({ status: 'SUCCEEDED', output: 'done' });
  expect(invocationsOf('second')).toHaveLength(1);
});
