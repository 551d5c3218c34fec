import type { Json, JsonObject } from './asl/json';
import { ManualClock, NamedError, TestCloud, eventually, lambdaArn } from './testing';

let cloud: TestCloud;
let clock: ManualClock;
let random = 1;
beforeEach(async () => {
  clock = new ManualClock();
  random = 1;
  cloud = await TestCloud.create({ clock, random: () => random });
});
afterEach(() => cloud.close());

const task = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: lambdaArn(name),
  ...more,
});
const invoke = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'f', 'Payload.$': '$' },
  ...more,
});

describe('a Lambda ARN as resource', () => {
  it('passes input and result as they are', async () => {
    cloud.functions.set('f', (input) => ({ got: input }));
    expect(await cloud.state(task('f', { ResultPath: '$.r' }), { a: 1 })).toMatchObject({
      output: { a: 1, r: { got: { a: 1 } } },
    });
  });

  it("keeps the thrown error's own name, and its payload as the cause", async () => {
    cloud.functions.set('f', () => {
      throw new NamedError('OutOfStock', 'none left');
    });
    const state = task('f', {
      Catch: [
        { ErrorEquals: ['Other'], Next: 'X' },
        { ErrorEquals: ['OutOfStock'], ResultPath: '$.error', Next: 'X' },
      ],
      Next: 'X',
    });
    const { output } = await cloud.run(
      { StartAt: 'T', States: { T: state, X: { Type: 'Succeed' } } },
      { id: 1 },
    );
    expect(output).toMatchObject({ id: 1, error: { Error: 'OutOfStock' } });
    const cause = JSON.parse((output as { error: { Cause: string } }).error.Cause) as Json;
    expect(cause).toEqual({ errorType: 'OutOfStock', errorMessage: 'none left', trace: [] });
  });

  it('writes the history of a success and of a failure as AWS does', async () => {
    let fail = true;
    cloud.functions.set('f', () => {
      if (fail) throw new NamedError('Flaky', 'once');
      return { ok: true };
    });
    const arn = await cloud.begin({
      StartAt: 'T',
      States: {
        T: task('f', {
          TimeoutSeconds: 9,
          Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 2 }],
          End: true,
        }),
      },
    });
    await eventually(() => (clock.nextIn === 2000 ? true : undefined));
    fail = false;
    clock.advance(2000);
    await cloud.ended(arn);
    const started = Date.parse('2026-01-01T00:00:00Z') / 1000;
    const resource = lambdaArn('f');
    const event = (
      id: number,
      previousEventId: number,
      type: string,
      details: JsonObject = {},
      at = started,
    ) => ({ id, previousEventId, timestamp: at, type, ...details });
    const scheduled = {
      lambdaFunctionScheduledEventDetails: {
        resource,
        input: '{}',
        inputDetails: { truncated: false },
        timeoutInSeconds: 9,
      },
    };
    const given = { input: '{}', inputDetails: { truncated: false } };
    const result = { output: '{"ok":true}', outputDetails: { truncated: false } };
    const later = started + 2;
    expect(await cloud.history(arn)).toEqual([
      event(1, 0, 'ExecutionStarted', {
        executionStartedEventDetails: { ...given, roleArn: 'arn:aws:iam::000000000000:role/test' },
      }),
      event(2, 0, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'T', ...given } }),
      event(3, 2, 'LambdaFunctionScheduled', scheduled),
      event(4, 3, 'LambdaFunctionStarted'),
      event(5, 4, 'LambdaFunctionFailed', {
        lambdaFunctionFailedEventDetails: {
          error: 'Flaky',
          cause: '{"errorType":"Flaky","errorMessage":"once","trace":[]}',
        },
      }),
      event(6, 5, 'LambdaFunctionScheduled', scheduled, later),
      event(7, 6, 'LambdaFunctionStarted', {}, later),
      event(8, 7, 'LambdaFunctionSucceeded', { lambdaFunctionSucceededEventDetails: result }, later),
      event(9, 8, 'TaskStateExited', { stateExitedEventDetails: { name: 'T', ...result } }, later),
      event(10, 9, 'ExecutionSucceeded', { executionSucceededEventDetails: result }, later),
    ]);
  });
});

describe('lambda:invoke', () => {
  it('answers with the payload and what the SDK adds', async () => {
    cloud.functions.set('f', (input) => ({ got: input }));
    const { output } = await cloud.state(invoke(), { a: 1 });
    expect(output).toMatchObject({
      ExecutedVersion: '$LATEST',
      Payload: { got: { a: 1 } },
      StatusCode: 200,
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
  });

  it('names errors of the service, and errors without a type Lambda.Unknown', async () => {
    const { AwsError } = await import('../../endpoint/aws');
    cloud.functions.set('f', () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429);
    });
    expect(await cloud.state(invoke())).toMatchObject({
      error: 'Lambda.TooManyRequestsException',
      cause: expect.stringContaining('Rate Exceeded. (Service: AWSLambda, Status Code: 429') as string,
    });
    cloud.functions.set('f', () => {
      throw new NamedError('', 'exited');
    });
    expect(await cloud.state(invoke())).toMatchObject({ error: 'Lambda.Unknown' });
  });

  it('writes TaskScheduled, TaskStarted and TaskSucceeded', async () => {
    cloud.functions.set('f', () => 1);
    const arn = await cloud.begin({ StartAt: 'T', States: { T: { ...invoke(), End: true } } }, { a: 1 });
    await cloud.ended(arn);
    const [, , scheduled, started, succeeded] = await cloud.history(arn);
    const named = { resourceType: 'lambda', resource: 'invoke' };
    expect(scheduled).toMatchObject({
      type: 'TaskScheduled',
      taskScheduledEventDetails: {
        ...named,
        region: 'ap-northeast-1',
        parameters: '{"FunctionName":"f","Payload":{"a":1}}',
      },
    });
    expect(started).toMatchObject({ type: 'TaskStarted', taskStartedEventDetails: named });
    expect(succeeded).toMatchObject({ type: 'TaskSucceeded', taskSucceededEventDetails: named });
  });
});

describe('Retry', () => {
  const failing = (): void => {
    cloud.functions.set('f', () => {
      throw new NamedError('Flaky', 'again');
    });
  };

  it.each([
    [{ IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 4 }, 1, [3000, 6000, 12_000, 24_000]],
    [
      { IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 4, MaxDelaySeconds: 10 },
      1,
      [3000, 6000, 10_000, 10_000],
    ],
    [{ IntervalSeconds: 4, BackoffRate: 1, MaxAttempts: 2, JitterStrategy: 'FULL' }, 0.25, [1000, 1000]],
    [{}, 1, [1000, 2000, 4000]],
  ])('waits as %j says', async (retrier, chance, delays) => {
    random = chance;
    failing();
    const arn = await cloud.begin({
      StartAt: 'T',
      States: { T: task('f', { Retry: [{ ErrorEquals: ['Flaky'], ...retrier }], End: true }) },
    });
    for (const [index, delay] of delays.entries()) {
      await eventually(() =>
        cloud.invocations.length === index + 1 && clock.nextIn !== undefined ? true : undefined,
      );
      expect(clock.nextIn).toBe(delay);
      clock.advance(delay);
    }
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'Flaky' });
    expect(cloud.invocations).toHaveLength(delays.length + 1);
  });

  it('counts each retrier for itself and shows the count in the context', async () => {
    const names = ['A', 'B', 'A', 'A'];
    cloud.functions.set('f', () => {
      throw new NamedError(names.shift() ?? 'End', '');
    });
    const arn = await cloud.begin({
      StartAt: 'T',
      States: {
        T: {
          Type: 'Task',
          Resource: 'arn:aws:states:::lambda:invoke',
          Parameters: { FunctionName: 'f', Payload: { 'retry.$': '$$.State.RetryCount' } },
          Retry: [
            { ErrorEquals: ['A'], MaxAttempts: 2, BackoffRate: 1 },
            { ErrorEquals: ['States.ALL'], MaxAttempts: 1, BackoffRate: 1 },
          ],
          End: true,
        },
      },
    });
    for (let retry = 1; retry <= 3; retry++) {
      await eventually(() =>
        cloud.invocations.length === retry && clock.nextIn !== undefined ? true : undefined,
      );
      clock.advance(1000);
    }
    expect(await cloud.ended(arn)).toMatchObject({ error: 'A' });
    expect(cloud.invocations.map(({ input }) => (input as { retry: number }).retry)).toEqual([0, 1, 2, 3]);
  });
});

describe('timeouts', () => {
  it('time a task out and free what it held', async () => {
    cloud.functions.set('f', () => new Promise(() => undefined));
    const state = task('f', {
      TimeoutSeconds: 5,
      Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'X' }],
      Next: 'X',
    });
    const arn = await cloud.begin({ StartAt: 'T', States: { T: state, X: { Type: 'Succeed' } } });
    await eventually(() => (clock.nextIn === 5000 ? true : undefined));
    clock.advance(5000);
    expect(await cloud.ended(arn)).toEqual({
      status: 'SUCCEEDED',
      output: { Error: 'States.Timeout', Cause: '' },
    });
    expect(await cloud.types(arn)).toContain('LambdaFunctionTimedOut');
    expect(clock.count).toBe(0);
  });

  it('read TimeoutSecondsPath', async () => {
    cloud.functions.set('f', () => new Promise(() => undefined));
    const arn = await cloud.begin(
      { StartAt: 'T', States: { T: task('f', { TimeoutSecondsPath: '$.limit', End: true }) } },
      { limit: 7 },
    );
    await eventually(() => (clock.nextIn === 7000 ? true : undefined));
    clock.advance(7000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('are not matched by States.TaskFailed', async () => {
    cloud.functions.set('f', () => new Promise(() => undefined));
    const state = task('f', {
      TimeoutSeconds: 5,
      Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'X' }],
      Next: 'X',
    });
    const arn = await cloud.begin({ StartAt: 'T', States: { T: state, X: { Type: 'Succeed' } } });
    await eventually(() => clock.nextIn);
    clock.advance(5000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('end the whole execution', async () => {
    const arn = await cloud.begin({
      StartAt: 'W',
      TimeoutSeconds: 60,
      States: { W: { Type: 'Wait', Seconds: 100, End: true } },
    });
    await eventually(() => (clock.count === 2 ? true : undefined));
    clock.advance(60_000);
    expect(await cloud.ended(arn)).toMatchObject({ status: 'TIMED_OUT' });
    expect(await cloud.types(arn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateAborted',
      'ExecutionTimedOut',
    ]);
    expect(clock.count).toBe(0);
  });
});

describe('Wait', () => {
  it.each([
    [{ Seconds: 5 }, {}, 5000],
    [{ SecondsPath: '$.s' }, { s: 8 }, 8000],
    [{ Timestamp: '2026-01-01T00:00:09Z' }, {}, 9000],
    [{ TimestampPath: '$.t' }, { t: '2026-01-01T09:00:30+09:00' }, 30_000],
  ])('waits %j', async (fields, input, delay) => {
    const arn = await cloud.begin(
      { StartAt: 'W', States: { W: { Type: 'Wait', ...fields, End: true } } },
      input,
    );
    await eventually(() => clock.nextIn);
    expect(clock.nextIn).toBe(delay);
    clock.advance(delay);
    expect(await cloud.ended(arn)).toEqual({ status: 'SUCCEEDED', output: input });
  });
});
