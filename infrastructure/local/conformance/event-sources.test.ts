import {
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  UpdateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { computeEndpoint, type EndpointUnderTest } from './support/compute-services';
import { eventually, TestFunctions, unique } from './support/functions';

/** Sends what it received to another queue, so that a test can see it. `fail` in a body makes that message fail. */
const recorder = `
import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
const sqs = new SQSClient({});
let busy = 0;
export const handler = async (event) => {
  busy += 1;
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event) }));
  if (process.env.DELAY) await new Promise((resolve) => setTimeout(resolve, Number(process.env.DELAY)));
  if (event.Records.some(({ body }) => body.includes('whole'))) throw new Error('whole batch');
  return { batchItemFailures: event.Records.filter(({ body }) => body.includes('fail')).map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

interface Queue {
  readonly url: string;
  readonly arn: string;
}

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Record<string, string>;
}

let endpoint: EndpointUnderTest;
let lambda: LambdaClient;
let sqs: SQSClient;
let functions: TestFunctions;
const queues: string[] = [];
const mappings: string[] = [];

beforeAll(async () => {
  endpoint = await computeEndpoint();
  lambda = new LambdaClient(endpoint.client);
  sqs = new SQSClient(endpoint.client);
  functions = new TestFunctions(lambda);
});

afterAll(async () => {
  for (const UUID of mappings)
    await lambda.send(new DeleteEventSourceMappingCommand({ UUID })).catch(() => undefined);
  await functions.deleteAll();
  for (const QueueUrl of queues) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  sqs.destroy();
  lambda.destroy();
  await endpoint.close();
});

async function queue(attributes: Record<string, string> = {}): Promise<Queue> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: unique('queue'), Attributes: attributes }),
  );
  const url = QueueUrl ?? '';
  queues.push(url);
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: Attributes?.['QueueArn'] ?? '' };
}

interface Wired {
  readonly source: Queue;
  readonly name: string;
  readonly uuid: string;
  /** Batches in the order in which they were seen. */
  batch(): Promise<SqsRecord[]>;
}

async function wire(
  settings: Partial<CreateEventSourceMappingCommandInput> = {},
  options: { visibility?: string; delay?: string; prepare?: (source: Queue) => Promise<unknown> } = {},
): Promise<Wired> {
  const source = await queue({ VisibilityTimeout: options.visibility ?? '30' });
  const out = await queue();
  const { name } = await functions.create(recorder, {
    Timeout: 10,
    Environment: {
      Variables: { OUT: out.url, ...(options.delay !== undefined && { DELAY: options.delay }) },
    },
  });
  await options.prepare?.(source);
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: source.arn, ...settings }),
  );
  mappings.push(UUID ?? '');
  const batch = (): Promise<SqsRecord[]> =>
    eventually(async () => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: out.url, MaxNumberOfMessages: 1, WaitTimeSeconds: 2 }),
      );
      const body = Messages?.[0]?.Body;
      return body === undefined ? undefined : (JSON.parse(body) as { Records: SqsRecord[] }).Records;
    });
  return { source, name, uuid: UUID ?? '', batch };
}

async function left(url: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return (
    Number(Attributes?.['ApproximateNumberOfMessages']) +
    Number(Attributes?.['ApproximateNumberOfMessagesNotVisible'])
  );
}

const emptied = (url: string): Promise<boolean> =>
  eventually(async () => ((await left(url)) === 0 ? true : undefined));

it('delivers a message in the form of AWS and deletes it', async () => {
  const { source, batch } = await wire();
  const sent = await sqs.send(
    new SendMessageCommand({
      QueueUrl: source.url,
      MessageBody: '{"order":1}',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
    }),
  );
  expect(await batch()).toEqual([
    {
      messageId: sent.MessageId,
      receiptHandle: expect.any(String),
      body: '{"order":1}',
      attributes: expect.objectContaining({
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
      }),
      messageAttributes: {
        kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
      },
      md5OfBody: sent.MD5OfMessageBody,
      eventSource: 'aws:sqs',
      eventSourceARN: source.arn,
      awsRegion: endpoint.client.region,
    },
  ]);
  await emptied(source.url);
});

it('gathers messages for the batching window', async () => {
  const { source, batch } = await wire({ BatchSize: 4, MaximumBatchingWindowInSeconds: 2 });
  for (const text of ['a', 'b', 'c', 'd'])
    await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: text }));
  expect((await batch()).map(({ body }) => body).sort()).toEqual(['a', 'b', 'c', 'd']);
});

it('fills batches where there is a backlog', async () => {
  const { batch } = await wire(
    { BatchSize: 5 },
    {
      prepare: (source) =>
        sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: source.url,
            Entries: Array.from({ length: 10 }, (_, index) => ({
              Id: String(index),
              MessageBody: String(index),
            })),
          }),
        ),
    },
  );
  const seen = [...(await batch()), ...(await batch())].map(({ body }) => Number(body));
  expect(seen.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('returns only the messages that failed', async () => {
  const { source, batch } = await wire(
    { BatchSize: 2, FunctionResponseTypes: ['ReportBatchItemFailures'] },
    {
      visibility: '2',
      prepare: ({ url }) =>
        sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: url,
            Entries: [
              { Id: '1', MessageBody: 'good' },
              { Id: '2', MessageBody: 'fail' },
            ],
          }),
        ),
    },
  );
  expect((await batch()).map(({ body }) => body).sort()).toEqual(['fail', 'good']);
  const again = await batch();
  expect(again.map(({ body }) => body)).toEqual(['fail']);
  expect(again[0]?.attributes['ApproximateReceiveCount']).toBe('2');
  expect(await left(source.url)).toBe(1);
});

it('returns the whole batch where the function throws, and in the end to the dead letter queue', async () => {
  const dead = await queue();
  const { source } = await wire({ FunctionResponseTypes: ['ReportBatchItemFailures'] }, { visibility: '1' });
  const policy = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }) };
  const { SetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: source.url, Attributes: policy }));
  await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: 'whole' }));
  const message = await eventually(
    async () =>
      (await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url, WaitTimeSeconds: 1 }))).Messages?.[0],
  );
  expect(message.Body).toBe('whole');
});

it('drops what the filter does not let through', async () => {
  const { source, batch } = await wire({
    FilterCriteria: {
      Filters: [{ Pattern: JSON.stringify({ body: { amount: [{ numeric: ['>', 10] }] } }) }],
    },
  });
  for (const body of ['{"amount":5}', 'no json', '{"amount":50}']) {
    await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: body }));
  }
  expect((await batch()).map(({ body }) => body)).toEqual(['{"amount":50}']);
  await emptied(source.url);
});

it('is disabled and enabled', async () => {
  const { source, uuid, batch } = await wire({ Enabled: false });
  await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: 'waits' }));
  await sleep(300);
  expect(await left(source.url)).toBe(1);
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: uuid, Enabled: true, BatchSize: 3 }));
  expect((await batch()).map(({ body }) => body)).toEqual(['waits']);
  const described = await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }));
  expect(described).toMatchObject({ UUID: uuid, EventSourceArn: source.arn, BatchSize: 3 });
  const listed = await lambda.send(new ListEventSourceMappingsCommand({ EventSourceArn: source.arn }));
  expect(listed.EventSourceMappings?.map(({ UUID }) => UUID)).toEqual([uuid]);
});

it('runs no more batches at once than its maximum, and all messages in the end', async () => {
  const { source, batch } = await wire(
    { BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } },
    { delay: '200' },
  );
  const Entries = Array.from({ length: 6 }, (_, index) => ({
    Id: String(index),
    MessageBody: String(index),
  }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: source.url, Entries }));
  const first = await batch();
  const begun = Date.now();
  const bodies = [first, await batch(), await batch(), await batch(), await batch(), await batch()]
    .flat()
    .map(({ body }) => body);
  expect(bodies.sort()).toEqual(['0', '1', '2', '3', '4', '5']);
  // Three rounds of two: the last begins when two rounds are over.
  expect(Date.now() - begun).toBeGreaterThan(300);
});

it('waits while the function is throttled', async () => {
  const { source, name, batch } = await wire({}, { visibility: '2' });
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 0 }),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: 'later' }));
  await sleep(500);
  expect(await left(source.url)).toBe(1);
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: 5 }),
  );
  expect((await batch()).map(({ body }) => body)).toEqual(['later']);
});

it('refuses a second mapping of the same queue and settings that do not go together', async () => {
  const { source, name } = await wire();
  const input = { FunctionName: name, EventSourceArn: source.arn };
  await expect(lambda.send(new CreateEventSourceMappingCommand(input))).rejects.toMatchObject({
    name: 'ResourceConflictException',
  });
  const other = await queue();
  await expect(
    lambda.send(new CreateEventSourceMappingCommand({ ...input, EventSourceArn: other.arn, BatchSize: 100 })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});
