import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { endpoint, type Endpoint } from './support/endpoint';
import { eventually, TestFunctions, unique } from './support/functions';
import { TestWorkflows } from './support/workflows';

let cloud: Endpoint;
let lambda: LambdaClient;
let sqs: SQSClient;
let functions: TestFunctions;
let workflows: TestWorkflows;

beforeAll(async () => {
  cloud = await endpoint();
  workflows = new TestWorkflows(cloud);
  lambda = new LambdaClient(cloud.client);
  sqs = new SQSClient(cloud.client);
  functions = new TestFunctions(lambda);
});

afterAll(async () => {
  await workflows.close();
  await functions.deleteAll();
  for (const each of [lambda, sqs]) each.destroy();
  await cloud.close();
});

describe('tasks', () => {
  it('catch a function’s error by its own name, and compensate', async () => {
    const { arn } = await functions.create(`
      class OutOfStock extends Error { name = 'OutOfStock' }
      export const handler = async ({ id }) => { throw new OutOfStock('no ' + id) }`);
    const result = await workflows.run(
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
    const executionArn = await workflows.start(
      await workflows.machine({
        StartAt: 'T',
        States: { T: { Type: 'Task', Resource: arn, Retry: retry, End: true } },
      }),
    );
    expect(await workflows.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"calls":2}' });
    const events = await workflows.history(executionArn);
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
    const result = await workflows.run({
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
    expect((await workflows.run({ StartAt: 'T', States: { T: task } }, { a: 1 })).value).toEqual({
      payload: { got: { a: 1 } },
      status: 200,
    });
  });

  it('call DynamoDB, and fail by the name of its error', async () => {
    const dynamoDb = new DynamoDBClient(cloud.client);
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
    const result = await workflows.run(
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
    const arn = await workflows.machine(definition);
    const ask = async (): Promise<{ executionArn: string; taskToken: string }> => {
      const executionArn = await workflows.start(arn, { question: 'how many?' });
      const body = await eventually(async () => {
        const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
        return Messages?.[0]?.Body;
      });
      const message = JSON.parse(body) as { token: string; question: string };
      expect(message.question).toBe('how many?');
      return { executionArn, taskToken: message.token };
    };
    const first = await ask();
    await workflows.client.send(new SendTaskHeartbeatCommand({ taskToken: first.taskToken }));
    await workflows.client.send(
      new SendTaskSuccessCommand({ taskToken: first.taskToken, output: '{"answer":42}' }),
    );
    expect(await workflows.ended(first.executionArn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"answer":42}',
    });
    expect((await workflows.history(first.executionArn)).map(({ type }) => type)).toContain('TaskSubmitted');
    await expect(
      workflows.client.send(new SendTaskSuccessCommand({ taskToken: first.taskToken, output: '{}' })),
    ).rejects.toThrow(TaskTimedOut);
    await expect(
      workflows.client.send(new SendTaskSuccessCommand({ taskToken: 'nonsense', output: '{}' })),
    ).rejects.toThrow(InvalidToken);
    const second = await ask();
    await workflows.client.send(
      new SendTaskFailureCommand({ taskToken: second.taskToken, error: 'NoIdea', cause: 'too hard' }),
    );
    expect(await workflows.ended(second.executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'NoIdea',
      cause: 'too hard',
    });
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  });
});
