import { TestCloud, lambdaArn } from './testing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.create();
});
afterAll(() => cloud.close());

describe('Pass', () => {
  it('gives its input, a result, or parameters', async () => {
    expect(await cloud.state({ Type: 'Pass' }, { a: 1 })).toEqual({ status: 'SUCCEEDED', output: { a: 1 } });
    expect(await cloud.state({ Type: 'Pass', Result: { b: 2 }, ResultPath: '$.r' }, { a: 1 })).toMatchObject({
      output: { a: 1, r: { b: 2 } },
    });
    expect(
      await cloud.state({ Type: 'Pass', Parameters: { 'x.$': '$.a', y: [1, { 'z.$': '$.a' }] } }, { a: 1 }),
    ).toMatchObject({
      output: { x: 1, y: [1, { z: 1 }] },
    });
  });

  it('applies InputPath, ResultPath and OutputPath, null included', async () => {
    const input = { a: { b: 1 }, c: 2 };
    expect(await cloud.state({ Type: 'Pass', InputPath: '$.a' }, input)).toMatchObject({ output: { b: 1 } });
    expect(await cloud.state({ Type: 'Pass', InputPath: null }, input)).toMatchObject({ output: {} });
    expect(await cloud.state({ Type: 'Pass', ResultPath: null, Result: 5 }, input)).toMatchObject({
      output: input,
    });
    expect(await cloud.state({ Type: 'Pass', OutputPath: '$.c' }, input)).toMatchObject({ output: 2 });
    expect(await cloud.state({ Type: 'Pass', OutputPath: null }, input)).toMatchObject({ output: {} });
    expect(await cloud.state({ Type: 'Pass', InputPath: '$.c', ResultPath: '$.a.d.e' }, input)).toMatchObject(
      {
        output: { a: { b: 1, d: { e: 2 } }, c: 2 },
      },
    );
  });

  it('fails with States.Runtime on a path that finds nothing', async () => {
    expect(await cloud.state({ Type: 'Pass', Parameters: { 'x.$': '$.nope' } })).toEqual({
      status: 'FAILED',
      error: 'States.Runtime',
      cause:
        "An error occurred while executing the state 'S' (entered at the event id #2). The JSONPath '$.nope' specified for the field 'x.$' could not be found in the input '{}'",
    });
  });
});

describe('Choice', () => {
  it('takes the first rule that holds, else Default, else fails', async () => {
    const definition = (fallback: object) => ({
      StartAt: 'C',
      States: {
        C: {
          Type: 'Choice',
          Choices: [
            { Variable: '$.n', NumericGreaterThan: 10, Next: 'Big' },
            {
              And: [
                { Variable: '$.s', IsPresent: true },
                { Variable: '$.s', StringMatches: 'a*z' },
              ],
              Next: 'Word',
            },
          ],
          ...fallback,
        },
        Big: { Type: 'Pass', Result: 'big', End: true },
        Word: { Type: 'Pass', Result: 'word', End: true },
        Other: { Type: 'Pass', Result: 'other', End: true },
      },
    });
    expect(await cloud.run(definition({ Default: 'Other' }), { n: 11 })).toMatchObject({ output: 'big' });
    expect(await cloud.run(definition({ Default: 'Other' }), { n: 1, s: 'abcz' })).toMatchObject({
      output: 'word',
    });
    expect(await cloud.run(definition({ Default: 'Other' }), { n: 1 })).toMatchObject({ output: 'other' });
    const { Other: _, ...states } = definition({}).States;
    expect(await cloud.run({ StartAt: 'C', States: states }, { n: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
  });
});

describe('Succeed and Fail', () => {
  it('ends where it stands', async () => {
    expect(await cloud.state({ Type: 'Succeed', OutputPath: '$.a' }, { a: 3 })).toEqual({
      status: 'SUCCEEDED',
      output: 3,
    });
    expect(await cloud.state({ Type: 'Fail', Error: 'Custom', Cause: 'because' })).toEqual({
      status: 'FAILED',
      error: 'Custom',
      cause: 'because',
    });
  });

  it('takes error and cause from the data', async () => {
    const fail = { Type: 'Fail', ErrorPath: '$.code', CausePath: "States.Format('it was {}', $.why)" };
    expect(await cloud.state(fail, { code: 'Late', why: 'rain' })).toEqual({
      status: 'FAILED',
      error: 'Late',
      cause: 'it was rain',
    });
  });
});

describe('Parallel', () => {
  it('collects the outputs of its branches in their order', async () => {
    const branch = (name: string, value: number) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', Result: value, End: true } },
    });
    const state = {
      Type: 'Parallel',
      Branches: [branch('A', 1), branch('B', 2)],
      ResultSelector: { 'first.$': '$[0]', 'all.$': '$' },
      ResultPath: '$.r',
    };
    expect(await cloud.state(state, { a: 0 })).toMatchObject({
      output: { a: 0, r: { first: 1, all: [1, 2] } },
    });
  });

  it('is caught when a branch fails, and gives up the others', async () => {
    const arn = await cloud.begin({
      StartAt: 'P',
      States: {
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Slow', States: { Slow: { Type: 'Wait', Seconds: 1000, End: true } } },
            { StartAt: 'Bad', States: { Bad: { Type: 'Fail', Error: 'Broken', Cause: 'it is' } } },
          ],
          Catch: [{ ErrorEquals: ['Broken'], ResultPath: '$.error', Next: 'Saved' }],
          End: true,
        },
        Saved: { Type: 'Pass', End: true },
      },
    });
    expect(await cloud.ended(arn)).toEqual({
      status: 'SUCCEEDED',
      output: { error: { Error: 'Broken', Cause: 'it is' } },
    });
    expect(await cloud.types(arn)).toEqual([
      'ExecutionStarted', 'ParallelStateEntered', 'ParallelStateStarted', 'WaitStateEntered', 'FailStateEntered', 'WaitStateAborted',
      'ParallelStateFailed', 'ParallelStateExited', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded',
    ]); // prettier-ignore
  });
});

describe('Map', () => {
  const processor = {
    StartAt: 'I',
    States: { I: { Type: 'Task', Resource: lambdaArn('double'), End: true } },
  };
  beforeAll(() => {
    cloud.functions.set('double', (input) => (input as number) * 2);
  });

  it('runs its processor once per item', async () => {
    expect(
      await cloud.state(
        { Type: 'Map', ItemsPath: '$.list', ItemProcessor: processor, ResultPath: '$.r' },
        { list: [1, 2, 3] },
      ),
    ).toMatchObject({
      output: { list: [1, 2, 3], r: [2, 4, 6] },
    });
    expect(await cloud.state({ Type: 'Map', ItemProcessor: processor }, [])).toMatchObject({ output: [] });
  });

  it('shapes items with ItemSelector and the context', async () => {
    const state = {
      Type: 'Map',
      ItemsPath: '$.list',
      ItemSelector: { 'i.$': '$$.Map.Item.Index', 'v.$': '$$.Map.Item.Value', 'all.$': '$.name' },
      ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
    };
    expect(await cloud.state(state, { list: ['a', 'b'], name: 'n' })).toMatchObject({
      output: [
        { i: 0, v: 'a', all: 'n' },
        { i: 1, v: 'b', all: 'n' },
      ],
    });
  });

  it('never runs more at once than MaxConcurrency says', async () => {
    let now = 0;
    let most = 0;
    cloud.functions.set('busy', async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
      return null;
    });
    const busy = { StartAt: 'I', States: { I: { Type: 'Task', Resource: lambdaArn('busy'), End: true } } };
    await cloud.state(
      { Type: 'Map', MaxConcurrency: 3, ItemProcessor: busy },
      Array.from({ length: 12 }, (_, index) => index),
    );
    expect(most).toBe(3);
  });

  it('fails with the error of an item, or tolerates some', async () => {
    const picky = {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$', NumericGreaterThan: 2, Next: 'F' }], Default: 'Ok' },
        F: { Type: 'Fail', Error: 'TooBig', Cause: '' },
        Ok: { Type: 'Pass', End: true },
      },
    };
    const map = { Type: 'Map', ItemProcessor: picky };
    expect(await cloud.state(map, [1, 3])).toMatchObject({ status: 'FAILED', error: 'TooBig' });
    expect(await cloud.state({ ...map, ToleratedFailureCount: 1 }, [1, 3])).toMatchObject({
      output: [1, { Error: 'TooBig', Cause: '' }],
    });
    expect(await cloud.state({ ...map, ToleratedFailurePercentage: 50 }, [1, 3, 4])).toMatchObject({
      error: 'States.ExceedToleratedFailureThreshold',
    });
    expect(await cloud.state(map, { not: 'a list' })).toMatchObject({ error: 'States.Runtime' });
  });
});

describe('variables', () => {
  it('are assigned by JSONPath states and read in later and inner ones', async () => {
    const inner = {
      StartAt: 'I',
      States: { I: { Type: 'Pass', Parameters: { 'sum.$': 'States.MathAdd($, $base)' }, End: true } },
    };
    const output = await cloud.run(
      {
        StartAt: 'A',
        States: {
          A: { Type: 'Pass', Assign: { 'base.$': '$.n', list: [1, 2] }, Next: 'M' },
          M: { Type: 'Map', ItemsPath: '$list', ItemProcessor: inner, End: true },
        },
      },
      { n: 10 },
    );
    expect(output).toMatchObject({ output: [{ sum: 11 }, { sum: 12 }] });
  });
});

describe('JSONata', () => {
  it('runs Arguments, Output, Assign, Condition, Items and Seconds', async () => {
    cloud.functions.set('price', (input) => ({ total: (input as { n: number }).n * 100 }));
    const result = await cloud.run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'T',
        States: {
          T: {
            Type: 'Task',
            Resource: lambdaArn('price'),
            Arguments: { n: '{% $count($states.input.items) %}' },
            Assign: { total: '{% $states.result.total %}' },
            Output: { kept: '{% $states.input.items %}', name: '{% $states.context.State.Name %}' },
            Next: 'C',
          },
          C: { Type: 'Choice', Choices: [{ Condition: '{% $total >= 200 %}', Next: 'W' }], Default: 'F' },
          F: { Type: 'Fail', Error: "{% 'Small' & $total %}" },
          W: { Type: 'Wait', Seconds: '{% $total - 200 %}', Next: 'M' },
          M: {
            Type: 'Map',
            Items: '{% $states.input.kept %}',
            ItemSelector: '{% $states.context.Map.Item.Value & "!" %}',
            ItemProcessor: { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } },
            Output: "{% {'all': $states.result, 'total': $total, 'first': $states.input.name} %}",
            End: true,
          },
        },
      },
      { items: ['a', 'b'] },
    );
    expect(result).toEqual({ status: 'SUCCEEDED', output: { all: ['a!', 'b!'], total: 200, first: 'T' } });
  });

  it('has the functions that Step Functions adds', async () => {
    const result = await cloud.run({
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: {
        P: {
          Type: 'Pass',
          Output: {
            parts: '{% $partition([1,2,3], 2) %}',
            range: '{% $range(1, 7, 3) %}',
            hash: "{% $hash('a', 'MD5') %}",
            parsed: '{% $parse(\'{"a":1}\').a %}',
            one: '{% [5] %}',
          },
          End: true,
        },
      },
    });
    expect(result.output).toEqual({
      parts: [[1, 2], [3]],
      range: [1, 4, 7],
      hash: '0cc175b9c0f1b6a831c399e269772661',
      parsed: 1,
      one: [5],
    });
  });

  it('reports an expression that yields nothing as States.QueryEvaluationError, which can be caught', async () => {
    const task = {
      Type: 'Task',
      QueryLanguage: 'JSONata',
      Resource: lambdaArn('price'),
      Arguments: '{% $states.input.nope %}',
      Catch: [
        {
          ErrorEquals: ['States.QueryEvaluationError'],
          Output: '{% $states.errorOutput.Error %}',
          Next: 'Saved',
        },
      ],
      Next: 'Saved',
    };
    const arn = await cloud.begin({ StartAt: 'T', States: { T: task, Saved: { Type: 'Succeed' } } });
    expect(await cloud.ended(arn)).toMatchObject({ output: 'States.QueryEvaluationError' });
    expect(await cloud.types(arn)).toContain('EvaluationFailed');
  });

  it('writes a failed evaluation once, in the branch where it happened', async () => {
    const bad = { Type: 'Pass', Output: '{% $states.input.nope %}', End: true };
    const arn = await cloud.begin({
      QueryLanguage: 'JSONata',
      StartAt: 'P',
      States: { P: { Type: 'Parallel', Branches: [{ StartAt: 'B', States: { B: bad } }], End: true } },
    });
    expect(await cloud.ended(arn)).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    const failed = (await cloud.history(arn)).filter(({ type }) => type === 'EvaluationFailed');
    expect(failed).toMatchObject([{ evaluationFailedEventDetails: { state: 'B' } }]);
  });
});
