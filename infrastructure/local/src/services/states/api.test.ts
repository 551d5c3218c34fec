import { ManualClock, TestCloud, eventually } from './testing';

let cloud: TestCloud;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  cloud = await TestCloud.create({ clock, retention: { days: 90, executions: 3 } });
});
afterEach(() => cloud.close());

const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } };
const roleArn = 'arn:aws:iam::000000000000:role/test';

describe('state machines', () => {
  it('are created once, described, updated, listed and deleted', async () => {
    const create = { name: 'm', definition: JSON.stringify(pass), roleArn, tags: [{ key: 'a', value: 'b' }] };
    const { stateMachineArn } = await cloud.call('CreateStateMachine', create);
    expect(stateMachineArn).toBe('arn:aws:states:ap-northeast-1:000000000000:stateMachine:m');
    expect(await cloud.call('CreateStateMachine', create)).toMatchObject({ stateMachineArn });
    await expect(
      cloud.call('CreateStateMachine', { ...create, definition: JSON.stringify(wait) }),
    ).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });
    const before = await cloud.call('DescribeStateMachine', { stateMachineArn });
    expect(before).toMatchObject({
      name: 'm',
      status: 'ACTIVE',
      type: 'STANDARD',
      definition: JSON.stringify(pass),
      roleArn,
    });
    const { revisionId } = await cloud.call('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(wait),
    });
    expect(revisionId).not.toBe(before.revisionId);
    expect(await cloud.call('DescribeStateMachine', { stateMachineArn })).toMatchObject({
      definition: JSON.stringify(wait),
      revisionId,
    });
    await expect(cloud.call('UpdateStateMachine', { stateMachineArn })).rejects.toMatchObject({
      name: 'MissingRequiredParameter',
    });
    expect(await cloud.call('ListTagsForResource', { resourceArn: stateMachineArn })).toEqual({
      tags: [{ key: 'a', value: 'b' }],
    });
    await cloud.call('UntagResource', { resourceArn: stateMachineArn, tagKeys: ['a'] });
    expect(await cloud.call('ListTagsForResource', { resourceArn: stateMachineArn })).toEqual({ tags: [] });
    await cloud.machine(pass);
    const first = await cloud.call('ListStateMachines', { maxResults: 1 });
    expect(first.stateMachines).toMatchObject([{ name: 'm' }]);
    expect(
      (await cloud.call('ListStateMachines', { maxResults: 1, nextToken: first.nextToken ?? '' }))[
        'nextToken'
      ],
    ).toBeUndefined();
    await cloud.call('DeleteStateMachine', { stateMachineArn });
    await expect(cloud.call('DescribeStateMachine', { stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineDoesNotExist',
    });
    await expect(cloud.call('DescribeStateMachine', { stateMachineArn: 'nonsense' })).rejects.toMatchObject({
      name: 'InvalidArn',
    });
  });

  it.each([
    ['{', 'INVALID_JSON_DESCRIPTION'],
    [{ States: {} }, "SCHEMA_VALIDATION_FAILED: The field 'StartAt' is required"],
    [
      { StartAt: 'X', States: { P: { Type: 'Pass', End: true } } },
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X",
    ],
    [
      { StartAt: 'P', States: { P: { Type: 'Pass', Next: 'Q' } } },
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Q at /States/P",
    ],
    [{ StartAt: 'P', States: { P: { Type: 'Pass' } } }, "needs 'Next' or 'End'"],
    [{ StartAt: 'P', States: { P: { Type: 'Pas', End: true } } }, "'Pas' is not a state type"],
    [
      { StartAt: 'P', States: { P: { Type: 'Pass', Nope: 1, End: true } } },
      "Field 'Nope' is not supported at /States/P",
    ],
    [
      { StartAt: 'P', States: { P: { Type: 'Pass', Parameters: { 'a.$': 'x' }, End: true } } },
      "The value for the field 'a.$' must be a valid JSONPath",
    ],
    [{ StartAt: 'P', States: { P: { Type: 'Pass', InputPath: '$.a[', End: true } } }, '/States/P/InputPath'],
    [
      { StartAt: 'P', States: { P: { Type: 'Pass', ResultPath: '$.a[*]', End: true } } },
      'not a Reference Path',
    ],
    [
      { StartAt: 'T', States: { T: { Type: 'Task', Resource: 'arn:aws:states:::sqs:nope', End: true } } },
      'is not recognized',
    ],
    [
      { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 1, SecondsPath: '$.a', End: true } } },
      "Only one of 'Seconds' and 'SecondsPath'",
    ],
    [{ StartAt: 'W', States: { W: { Type: 'Wait', End: true } } }, 'exactly one of Seconds'],
    [
      { StartAt: 'P', States: { P: { Type: 'Pass', End: true }, Q: { Type: 'Pass', End: true } } },
      'State "Q" is not reachable',
    ],
    [
      {
        QueryLanguage: 'JSONata',
        StartAt: 'P',
        States: { P: { Type: 'Pass', Output: '{% $( %}', End: true } },
      },
      'Invalid JSONata',
    ],
    [
      { QueryLanguage: 'JSONata', StartAt: 'P', States: { P: { Type: 'Pass', InputPath: '$', End: true } } },
      "'InputPath' is not supported",
    ],
    [
      {
        StartAt: 'C',
        States: { C: { Type: 'Choice', Choices: [{ Variable: '$.a', NumericEquals: 'x', Next: 'C' }] } },
      },
      'wrong type',
    ],
  ])('refuses %j', async (definition, message) => {
    const text = typeof definition === 'string' ? definition : JSON.stringify(definition);
    await expect(
      cloud.call('CreateStateMachine', { name: 'bad', definition: text, roleArn }),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringContaining(message) as string,
    });
    expect(await cloud.call('ValidateStateMachineDefinition', { definition: text })).toMatchObject({
      result: 'FAIL',
    });
  });

  it('says all problems of a definition, and that a good one is', async () => {
    const bad = { StartAt: 'P', States: { P: { Type: 'Pass', Nope: 1 } } };
    const { diagnostics } = await cloud.call('ValidateStateMachineDefinition', {
      definition: JSON.stringify(bad),
    });
    expect(diagnostics).toHaveLength(2);
    const good = { definition: JSON.stringify(pass) };
    expect(await cloud.call('ValidateStateMachineDefinition', good)).toEqual({
      result: 'OK',
      diagnostics: [],
      truncated: false,
    });
  });
});

describe('StartExecution', () => {
  it('answers the same for the same name and input while it runs, and refuses else', async () => {
    const stateMachineArn = await cloud.machine(wait);
    const start = { stateMachineArn, name: 'order-1', input: '{"a":1}' };
    const answers = await Promise.all([
      cloud.call('StartExecution', start),
      cloud.call('StartExecution', start),
      cloud.call('StartExecution', start),
    ]);
    clock.advance(1000);
    answers.push(await cloud.call('StartExecution', start));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    await expect(cloud.call('StartExecution', { ...start, input: '{}' })).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    const executionArn = answers[0]?.executionArn ?? '';
    await cloud.call('StopExecution', { executionArn, error: 'Stop', cause: 'enough' });
    expect(await cloud.describe(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Stop',
      cause: 'enough',
    });
    expect(clock.count).toBe(0);
    await expect(cloud.call('StartExecution', start)).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    await cloud.restart();
    await expect(cloud.call('StartExecution', start)).rejects.toMatchObject({
      name: 'ExecutionAlreadyExists',
    });
    expect(await cloud.types(executionArn)).toEqual([
      'ExecutionStarted',
      'WaitStateEntered',
      'WaitStateAborted',
      'ExecutionAborted',
    ]);
  });

  it('refuses bad names, bad input and unknown machines', async () => {
    const stateMachineArn = await cloud.machine(pass);
    await expect(cloud.call('StartExecution', { stateMachineArn, name: 'a b' })).rejects.toMatchObject({
      name: 'InvalidName',
    });
    await expect(cloud.call('StartExecution', { stateMachineArn, input: '{' })).rejects.toMatchObject({
      name: 'InvalidExecutionInput',
    });
    await expect(
      cloud.call('StartExecution', { stateMachineArn: `${stateMachineArn}x` }),
    ).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await expect(cloud.call('StartExecution', {})).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(
      cloud.call('DescribeExecution', {
        executionArn: stateMachineArn.replace('stateMachine', 'execution') + ':x',
      }),
    ).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
    });
  });
});

describe('express', () => {
  it('answers with the result and keeps nothing', async () => {
    const stateMachineArn = await cloud.machine(pass, 'EXPRESS');
    expect(await cloud.call('StartSyncExecution', { stateMachineArn, input: '{"a":1}' })).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"a":1}',
    });
    await expect(cloud.call('ListExecutions', { stateMachineArn })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
    const standard = await cloud.machine(pass);
    await expect(cloud.call('StartSyncExecution', { stateMachineArn: standard })).rejects.toMatchObject({
      name: 'StateMachineTypeNotSupported',
    });
  });
});

describe('ListExecutions', () => {
  it('shows the newest first, by page and by status', async () => {
    const stateMachineArn = await cloud.machine(wait);
    for (const name of ['a', 'b', 'c', 'd']) {
      await cloud.call('StartExecution', { stateMachineArn, name });
      clock.advance(10);
    }
    const arn = (name: string): string => `${stateMachineArn.replace('stateMachine', 'execution')}:${name}`;
    await cloud.call('StopExecution', { executionArn: arn('b') });
    const names = async (more: Record<string, string | number>): Promise<string[][]> => {
      const pages: string[][] = [];
      let nextToken: string | undefined;
      do {
        const answer = await cloud.call('ListExecutions', {
          stateMachineArn,
          ...more,
          ...(nextToken !== undefined && { nextToken }),
        });
        pages.push(answer.executions.map(({ name }) => name));
        nextToken = answer.nextToken;
      } while (nextToken !== undefined);
      return pages;
    };
    expect(await names({ maxResults: 3 })).toEqual([['d', 'c', 'b'], ['a']]);
    expect(await names({ statusFilter: 'RUNNING', maxResults: 2 })).toEqual([['d', 'c'], ['a']]);
    expect(await names({ statusFilter: 'ABORTED' })).toEqual([['b']]);
    expect(await names({ statusFilter: 'FAILED' })).toEqual([[]]);
  });
});

describe('GetExecutionHistory', () => {
  it('goes both ways, by page, with and without data', async () => {
    const executionArn = await cloud.begin(pass, { secret: 1 });
    await cloud.ended(executionArn);
    const ids = (answer: { events: { id: number }[] }): number[] => answer.events.map(({ id }) => id);
    const first = await cloud.call('GetExecutionHistory', { executionArn, maxResults: 3 });
    expect(ids(first)).toEqual([1, 2, 3]);
    const second = await cloud.call('GetExecutionHistory', {
      executionArn,
      maxResults: 3,
      nextToken: first.nextToken ?? '',
    });
    expect(ids(second)).toEqual([4]);
    expect(second.nextToken).toBeUndefined();
    expect(ids(await cloud.call('GetExecutionHistory', { executionArn, reverseOrder: true }))).toEqual([
      4, 3, 2, 1,
    ]);
    const bare = await cloud.call('GetExecutionHistory', { executionArn, includeExecutionData: false });
    expect(JSON.stringify(bare)).not.toContain('secret');
    expect(bare.events).toMatchObject([{}, { stateEnteredEventDetails: { name: 'P' } }, {}, {}]);
  });

  it('fails an execution whose history is full', async () => {
    const loop = { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } };
    const executionArn = await cloud.begin(loop);
    expect(await cloud.ended(executionArn)).toMatchObject({
      status: 'FAILED',
      cause: expect.stringContaining('25000') as string,
    });
    const { events } = await cloud.call('GetExecutionHistory', {
      executionArn,
      reverseOrder: true,
      maxResults: 1,
    });
    expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
  });
});

describe('retention', () => {
  it('keeps the newest executions and drops old ones with their history', async () => {
    const stateMachineArn = await cloud.machine(pass);
    const arns: string[] = [];
    for (let count = 0; count < 5; count++) {
      const { executionArn } = await cloud.call('StartExecution', { stateMachineArn });
      arns.push(executionArn);
      await cloud.ended(executionArn);
      clock.advance(1000);
    }
    await cloud.restart();
    await eventually(() =>
      cloud.describe(arns[1] ?? '').then(
        () => undefined,
        () => true,
      ),
    );
    const { executions } = await cloud.call('ListExecutions', { stateMachineArn });
    expect(executions.map(({ executionArn }) => executionArn)).toEqual(arns.slice(2).reverse());
    clock.advance(91 * 86_400_000);
    await cloud.restart();
    await eventually(() =>
      cloud.describe(arns[4] ?? '').then(
        () => undefined,
        () => true,
      ),
    );
  });
});

describe('metrics', () => {
  it('count what began and ended, and how long it took', async () => {
    await cloud.run(pass);
    await cloud.state({ Type: 'Fail', Error: 'X' });
    expect(cloud.metrics.map(({ name }) => name)).toEqual([
      'ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionTime', 'ExecutionsStarted', 'ExecutionsFailed', 'ExecutionTime',
    ]); // prettier-ignore
  });
});
