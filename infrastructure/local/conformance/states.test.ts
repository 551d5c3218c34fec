import {
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  InvalidDefinition,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { endpoint, type Endpoint } from './support/endpoint';
import { TestWorkflows } from './support/workflows';

let cloud: Endpoint;
let workflows: TestWorkflows;

beforeAll(async () => {
  cloud = await endpoint();
  workflows = new TestWorkflows(cloud);
});

afterAll(async () => {
  await workflows.close();
  await cloud.close();
});

const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 300, End: true } } };

describe('executions', () => {
  it('start once per name', async () => {
    const arn = await workflows.machine(wait);
    const executionArn = await workflows.start(arn, { a: 1 }, 'order-1');
    expect(await workflows.start(arn, { a: 1 }, 'order-1')).toBe(executionArn);
    await expect(workflows.start(arn, { a: 2 }, 'order-1')).rejects.toThrow(ExecutionAlreadyExists);
    await workflows.client.send(
      new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by a test' }),
    );
    expect(await workflows.ended(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Stopped',
      cause: 'by a test',
    });
    await expect(workflows.start(arn, { a: 1 }, 'order-1')).rejects.toThrow(ExecutionAlreadyExists);
    expect((await workflows.history(executionArn)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Stopped' },
    });
  });

  it('are listed newest first and by status, by page', async () => {
    const stateMachineArn = await workflows.machine(pass);
    for (const name of ['a', 'b', 'c']) {
      await workflows.ended(await workflows.start(stateMachineArn, {}, name));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const first = await workflows.client.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 2, statusFilter: 'SUCCEEDED' }),
    );
    expect(first.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    const second = await workflows.client.send(
      new ListExecutionsCommand({
        stateMachineArn,
        maxResults: 2,
        statusFilter: 'SUCCEEDED',
        nextToken: first.nextToken,
      }),
    );
    expect(second.executions?.map(({ name }) => name)).toEqual(['a']);
    const failed = await workflows.client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }),
    );
    expect(failed.executions).toEqual([]);
  });

  it('keep their definition when the machine is updated', async () => {
    const stateMachineArn = await workflows.machine(pass);
    const executionArn = await workflows.start(stateMachineArn);
    await workflows.client.send(
      new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(wait) }),
    );
    const { definition } = await workflows.client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    expect(definition).toBe(JSON.stringify(pass));
  });

  it('of an express machine answer at once', async () => {
    const stateMachineArn = await workflows.machine(pass, 'EXPRESS');
    const answer = await workflows.client.send(
      new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}' }),
    );
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  });

  it('are refused where the definition is wrong', async () => {
    await expect(
      workflows.machine({ StartAt: 'X', States: { P: { Type: 'Pass', End: true } } }),
    ).rejects.toThrow(InvalidDefinition);
  });
});

describe('flow', () => {
  it('goes through Choice, Wait, Parallel, Map and Succeed', async () => {
    const result = await workflows.run(
      {
        StartAt: 'Check',
        States: {
          Check: {
            Type: 'Choice',
            Choices: [{ Variable: '$.items[0]', IsPresent: true, Next: 'Pause' }],
            Default: 'Empty',
          },
          Empty: { Type: 'Fail', Error: 'Empty', Cause: 'nothing there' },
          Pause: { Type: 'Wait', Seconds: 1, Next: 'Both' },
          Both: {
            Type: 'Parallel',
            Branches: [
              {
                StartAt: 'Count',
                States: {
                  Count: {
                    Type: 'Pass',
                    Parameters: { 'count.$': 'States.ArrayLength($.items)' },
                    End: true,
                  },
                },
              },
              {
                StartAt: 'Each',
                States: {
                  Each: {
                    Type: 'Map',
                    ItemsPath: '$.items',
                    ItemSelector: {
                      'label.$': "States.Format('{}: {}', $$.Map.Item.Index, $$.Map.Item.Value)",
                    },
                    ItemProcessor: {
                      StartAt: 'Item',
                      States: { Item: { Type: 'Pass', OutputPath: '$.label', End: true } },
                    },
                    MaxConcurrency: 2,
                    End: true,
                  },
                },
              },
            ],
            ResultSelector: { 'count.$': '$[0].count', 'labels.$': '$[1]' },
            Next: 'Done',
          },
          Done: { Type: 'Succeed' },
        },
      },
      { items: ['a', 'b', 'c'] },
    );
    expect(result).toMatchObject({
      status: 'SUCCEEDED',
      value: { count: 3, labels: ['0: a', '1: b', '2: c'] },
    });
  });

  it('speaks JSONata', async () => {
    const result = await workflows.run(
      {
        QueryLanguage: 'JSONata',
        StartAt: 'Sum',
        States: {
          Sum: { Type: 'Pass', Assign: { total: '{% $sum($states.input.prices) %}' }, Next: 'Big' },
          Big: { Type: 'Choice', Choices: [{ Condition: '{% $total > 100 %}', Next: 'Yes' }], Default: 'No' },
          Yes: { Type: 'Pass', Output: { total: '{% $total %}', big: true }, End: true },
          No: { Type: 'Pass', Output: { total: '{% $total %}', big: false }, End: true },
        },
      },
      { prices: [70, 40] },
    );
    expect(result.value).toEqual({ total: 110, big: true });
  });

  it('fails with States.Runtime where a path finds nothing, and goes on when redriven', async () => {
    const arn = await workflows.machine({
      StartAt: 'P',
      States: { P: { Type: 'Pass', InputPath: '$.nope', End: true } },
    });
    const executionArn = await workflows.start(arn);
    expect(await workflows.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    await workflows.client.send(new RedriveExecutionCommand({ executionArn }));
    expect(await workflows.ended(executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    expect((await workflows.history(executionArn)).map(({ type }) => type)).toContain('ExecutionRedriven');
  });
});
