import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  GetExecutionHistoryCommand,
  InvalidDefinition,
  InvalidToken,
  ListExecutionsCommand,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StartSyncExecutionCommand,
  StopExecutionCommand,
  TaskTimedOut,
  UpdateStateMachineCommand,
  type DescribeExecutionOutput,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { EndpointUnderTest } from './support/compute-services';
import { eventually, TestFunctions, unique } from './support/functions';
import { workflowEndpoint } from './support/workflow-services';

const roleArn = process.env['CONFORMANCE_ROLE_ARN'] ?? 'arn:aws:iam::000000000000:role/conformance';

let endpoint: EndpointUnderTest;
let client: SFNClient;
let lambda: LambdaClient;
let sqs: SQSClient;
let functions: TestFunctions;
const machines: string[] = [];

beforeAll(async () => {
  endpoint = await workflowEndpoint();
  // StartSyncExecution would go to the host sync-<endpoint>, which does not exist beside a local endpoint.
  client = new SFNClient({ ...endpoint.client, maxAttempts: 1, disableHostPrefix: true });
  lambda = new LambdaClient(endpoint.client);
  sqs = new SQSClient(endpoint.client);
  functions = new TestFunctions(lambda);
});

afterAll(async () => {
  for (const stateMachineArn of machines)
    await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  await functions.deleteAll();
  for (const each of [client, lambda, sqs]) each.destroy();
  await endpoint.close();
});

async function machine(definition: object, type: 'STANDARD' | 'EXPRESS' = 'STANDARD'): Promise<string> {
  const command = new CreateStateMachineCommand({
    name: unique('machine'),
    definition: JSON.stringify(definition),
    roleArn,
    type,
  });
  const { stateMachineArn } = await client.send(command);
  machines.push(stateMachineArn ?? '');
  return stateMachineArn ?? '';
}

async function start(stateMachineArn: string, input: unknown = {}, name?: string): Promise<string> {
  const command = new StartExecutionCommand({
    stateMachineArn,
    input: JSON.stringify(input),
    ...(name !== undefined && { name }),
  });
  return (await client.send(command)).executionArn ?? '';
}

function ended(executionArn: string): Promise<DescribeExecutionOutput> {
  return eventually(async () => {
    const execution = await client.send(new DescribeExecutionCommand({ executionArn }));
    return execution.status === 'RUNNING' ? undefined : execution;
  });
}

async function run(
  definition: object,
  input: unknown = {},
): Promise<DescribeExecutionOutput & { value: unknown }> {
  const execution = await ended(await start(await machine(definition), input));
  return {
    ...execution,
    value: execution.output === undefined ? undefined : (JSON.parse(execution.output) as unknown),
  };
}

async function history(executionArn: string): Promise<HistoryEvent[]> {
  return (await client.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))).events ?? [];
}

const pass = { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } };
const wait = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 300, End: true } } };

describe('executions', () => {
  it('start once per name', async () => {
    const arn = await machine(wait);
    const executionArn = await start(arn, { a: 1 }, 'order-1');
    expect(await start(arn, { a: 1 }, 'order-1')).toBe(executionArn);
    await expect(start(arn, { a: 2 }, 'order-1')).rejects.toThrow(ExecutionAlreadyExists);
    await client.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by a test' }));
    expect(await ended(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Stopped',
      cause: 'by a test',
    });
    await expect(start(arn, { a: 1 }, 'order-1')).rejects.toThrow(ExecutionAlreadyExists);
    expect((await history(executionArn)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Stopped' },
    });
  });

  it('are listed newest first and by status, by page', async () => {
    const stateMachineArn = await machine(pass);
    for (const name of ['a', 'b', 'c']) {
      await ended(await start(stateMachineArn, {}, name));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const first = await client.send(
      new ListExecutionsCommand({ stateMachineArn, maxResults: 2, statusFilter: 'SUCCEEDED' }),
    );
    expect(first.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    const second = await client.send(
      new ListExecutionsCommand({
        stateMachineArn,
        maxResults: 2,
        statusFilter: 'SUCCEEDED',
        nextToken: first.nextToken,
      }),
    );
    expect(second.executions?.map(({ name }) => name)).toEqual(['a']);
    const failed = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'FAILED' }));
    expect(failed.executions).toEqual([]);
  });

  it('keep their definition when the machine is updated', async () => {
    const stateMachineArn = await machine(pass);
    const executionArn = await start(stateMachineArn);
    await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(wait) }));
    const { definition } = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(definition).toBe(JSON.stringify(pass));
  });

  it('of an express machine answer at once', async () => {
    const stateMachineArn = await machine(pass, 'EXPRESS');
    const answer = await client.send(new StartSyncExecutionCommand({ stateMachineArn, input: '{"a":1}' }));
    expect(answer).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  });

  it('are refused where the definition is wrong', async () => {
    await expect(machine({ StartAt: 'X', States: { P: { Type: 'Pass', End: true } } })).rejects.toThrow(
      InvalidDefinition,
    );
  });
});

describe('tasks', () => {
  it('catch a function’s error by its own name, and compensate', async () => {
    const { arn } = await functions.create(`
      class OutOfStock extends Error { name = 'OutOfStock' }
      export const handler = async ({ id }) => { throw new OutOfStock('no ' + id) }`);
    const result = await run(
      {
        StartAt: 'Reserve',
        States: {
          Reserve: {
            Type: 'Task',
            Resource: arn,
            Retry: [{ ErrorEquals: ['Lambda.TooManyRequestsException'], MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['OutOfStock'], ResultPath: '$.error', Next: 'Release' }],
            End: true,
          },
          Release: { Type: 'Pass', End: true },
        },
      },
      { id: 'p1' },
    );
    const { error } = result.value as { error: { Error: string; Cause: string } };
    expect(error.Error).toBe('OutOfStock');
    expect(JSON.parse(error.Cause)).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'no p1' });
  });

  it('retry, and write each attempt into the history', async () => {
    const { arn } = await functions.create(`
      let calls = 0;
      export const handler = async () => {
        if (++calls < 2) throw Object.assign(new Error('not yet'), { name: 'Flaky' });
        return { calls };
      }`);
    const retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }];
    const executionArn = await start(
      await machine({
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: arn, Retry: retry, End: true } },
      }),
    );
    expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"calls":2}' });
    const events = await history(executionArn);
    expect(events.map(({ type }) => type)).toEqual([
      'ExecutionStarted', 'TaskStateEntered', 'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed',
      'LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionSucceeded', 'TaskStateExited', 'ExecutionSucceeded',
    ]); // prettier-ignore
    expect(events[4]).toMatchObject({
      id: 5,
      previousEventId: 4,
      lambdaFunctionFailedEventDetails: { error: 'Flaky' },
    });
    expect(events[9]?.timestamp).toBeInstanceOf(Date);
  });

  it('time out', async () => {
    const { arn } = await functions.create(
      'export const handler = () => new Promise((resolve) => setTimeout(resolve, 4000))',
      { Timeout: 10 },
    );
    const result = await run({
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: arn, TimeoutSeconds: 1, End: true } },
    });
    expect(result).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('invoke functions as a service', async () => {
    const { name } = await functions.create('export const handler = async (event) => ({ got: event })');
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: name, 'Payload.$': '$' },
      ResultSelector: { 'payload.$': '$.Payload', 'status.$': '$.StatusCode' },
      End: true,
    };
    expect((await run({ StartAt: 'T', States: { T: task } }, { a: 1 })).value).toEqual({
      payload: { got: { a: 1 } },
      status: 200,
    });
  });

  it('call DynamoDB, and fail by the name of its error', async () => {
    const dynamoDb = new DynamoDBClient(endpoint.client);
    const TableName = unique('table');
    const key = {
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }],
    };
    await dynamoDb.send(new CreateTableCommand({ TableName, ...key, BillingMode: 'PAY_PER_REQUEST' }));
    await eventually(async () => {
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName }));
      return Table?.TableStatus === 'ACTIVE' ? true : undefined;
    });
    const put = (resource: string, more: object): object => ({
      Type: 'Task',
      Resource: `arn:aws:states:::${resource}`,
      Parameters: {
        TableName,
        Item: { id: { 'S.$': '$.id' } },
        ConditionExpression: 'attribute_not_exists(id)',
      },
      ResultPath: null,
      ...more,
    });
    const result = await run(
      {
        StartAt: 'Put',
        States: {
          Put: put('dynamodb:putItem', { Next: 'Again' }),
          Again: put('dynamodb:putItem', {
            Catch: [
              { ErrorEquals: ['DynamoDB.ConditionalCheckFailedException'], ResultPath: null, Next: 'Sdk' },
            ],
            End: true,
          }),
          Sdk: put('aws-sdk:dynamodb:putItem', {
            Catch: [
              { ErrorEquals: ['DynamoDb.ConditionalCheckFailedException'], ResultPath: null, Next: 'Get' },
            ],
            End: true,
          }),
          Get: {
            Type: 'Task',
            Resource: 'arn:aws:states:::dynamodb:getItem',
            Parameters: { TableName, Key: { id: { 'S.$': '$.id' } } },
            OutputPath: '$.Item',
            End: true,
          },
        },
      },
      { id: 'x' },
    );
    expect(result).toMatchObject({ status: 'SUCCEEDED', value: { id: { S: 'x' } } });
    await dynamoDb.send(new DeleteTableCommand({ TableName }));
    dynamoDb.destroy();
  });

  it('wait for a token that comes back from a queue', async () => {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: unique('queue') }));
    const definition = {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          Parameters: { QueueUrl, MessageBody: { 'token.$': '$$.Task.Token', 'question.$': '$.question' } },
          HeartbeatSeconds: 60,
          End: true,
        },
      },
    };
    const arn = await machine(definition);
    const ask = async (): Promise<{ executionArn: string; taskToken: string }> => {
      const executionArn = await start(arn, { question: 'how many?' });
      const body = await eventually(async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
        return Messages?.[0]?.Body;
      });
      const message = JSON.parse(body) as { token: string; question: string };
      expect(message.question).toBe('how many?');
      return { executionArn, taskToken: message.token };
    };
    const first = await ask();
    await client.send(new SendTaskHeartbeatCommand({ taskToken: first.taskToken }));
    await client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: '{"answer":42}' }));
    expect(await ended(first.executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"answer":42}' });
    expect((await history(first.executionArn)).map(({ type }) => type)).toContain('TaskSubmitted');
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: '{}' })),
    ).rejects.toThrow(TaskTimedOut);
    await expect(
      client.send(new SendTaskSuccessCommand({ taskToken: 'nonsense', output: '{}' })),
    ).rejects.toThrow(InvalidToken);
    const second = await ask();
    await client.send(
      new SendTaskFailureCommand({ taskToken: second.taskToken, error: 'NoIdea', cause: 'too hard' }),
    );
    expect(await ended(second.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'NoIdea',
      cause: 'too hard',
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
});

describe('flow', () => {
  it('goes through Choice, Wait, Parallel, Map and Succeed', async () => {
    const result = await run(
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
    const result = await run(
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
    const arn = await machine({
      StartAt: 'P',
      States: { P: { Type: 'Pass', InputPath: '$.nope', End: true } },
    });
    const executionArn = await start(arn);
    expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    await client.send(new RedriveExecutionCommand({ executionArn }));
    expect(await ended(executionArn)).toMatchObject({ status: 'FAILED', redriveCount: 1 });
    expect((await history(executionArn)).map(({ type }) => type)).toContain('ExecutionRedriven');
  });
});
