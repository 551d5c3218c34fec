import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { computeEndpoint, type EndpointUnderTest } from './support/compute-services';
import { eventually, invoke, TestFunctions, unique } from './support/functions';

let endpoint: EndpointUnderTest;
let logs: CloudWatchLogsClient;
const groups: string[] = [];

beforeAll(async () => {
  endpoint = await computeEndpoint();
  logs = new CloudWatchLogsClient(endpoint.client);
});

afterAll(async () => {
  for (const logGroupName of groups)
    await logs.send(new DeleteLogGroupCommand({ logGroupName })).catch(() => undefined);
  logs.destroy();
  await endpoint.close();
});

async function group(): Promise<string> {
  const logGroupName = `/${unique('group')}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  groups.push(logGroupName);
  return logGroupName;
}

async function put(
  logGroupName: string,
  logStreamName: string,
  events: readonly (readonly [number, string])[],
): Promise<void> {
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = events.map(([timestamp, message]) => ({ timestamp, message }));
  await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
}

/** A minute ago, so that nothing is in the future. */
const start = Date.now() - 60_000;

async function filtered(logGroupName: string, filterPattern: string): Promise<string[]> {
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  return (events ?? []).map(({ message }) => message ?? '');
}

it('keeps events of several streams in the order of time', async () => {
  const name = await group();
  await put(name, 'a', [
    [start, 'one'],
    [start + 20, 'three'],
    [start + 40_000, 'six'],
  ]);
  await put(name, 'b', [
    [start + 10, 'two'],
    [start + 30, 'four'],
    [start + 15_000, 'five'],
  ]);
  await eventually(async () => ((await filtered(name, '')).length === 6 ? true : undefined));
  expect(await filtered(name, '')).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);

  const range = await logs.send(
    new FilterLogEventsCommand({ logGroupName: name, startTime: start + 20, endTime: start + 15_000 }),
  );
  expect(range.events?.map(({ message, logStreamName }) => [logStreamName, message])).toEqual([
    ['a', 'three'],
    ['b', 'four'],
    ['b', 'five'],
  ]);
  expect(new Set(range.events?.map(({ eventId }) => eventId)).size).toBe(3);
  const one = await logs.send(new FilterLogEventsCommand({ logGroupName: name, logStreamNames: ['b'] }));
  expect(one.events?.map(({ message }) => message)).toEqual(['two', 'four', 'five']);
});

it('pages through events', async () => {
  const name = await group();
  const messages = Array.from({ length: 25 }, (_, index) => `event ${index}`);
  await put(
    name,
    's',
    messages.map((message, index) => [start + Math.floor(index / 5), message] as const),
  );
  const seen: (string | undefined)[] = [];
  let nextToken: string | undefined;
  do {
    const page = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: name,
        limit: 10,
        ...(nextToken !== undefined && { nextToken }),
      }),
    );
    seen.push(...(page.events ?? []).map(({ message }) => message));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  expect(seen).toEqual(messages);

  const stream = { logGroupName: name, logStreamName: 's', limit: 10 };
  const head = await logs.send(new GetLogEventsCommand({ ...stream, startFromHead: true }));
  expect(head.events?.map(({ message }) => message)).toEqual(messages.slice(0, 10));
  const next = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: head.nextForwardToken }));
  expect(next.events?.map(({ message }) => message)).toEqual(messages.slice(10, 20));
  const back = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: next.nextBackwardToken }));
  expect(back.events?.map(({ message }) => message)).toEqual(messages.slice(0, 10));
  const tail = await logs.send(new GetLogEventsCommand(stream));
  expect(tail.events?.map(({ message }) => message)).toEqual(messages.slice(15));
  const end = await logs.send(new GetLogEventsCommand({ ...stream, nextToken: tail.nextForwardToken }));
  expect(end.events).toEqual([]);
  expect(end.nextForwardToken).toBe(tail.nextForwardToken);
});

it.each([
  ['ERROR', ['ERROR disk full', 'WARN ERROR both']],
  ['ERROR WARN', ['WARN ERROR both']],
  ['?ERROR ?INFO', ['ERROR disk full', 'WARN ERROR both', 'INFO ok']],
  ['ERROR -WARN', ['ERROR disk full']],
  ['"disk full"', ['ERROR disk full']],
  ['%d.sk%', ['ERROR disk full']],
  ['{ $.level = "error" }', ['{"level":"error","code":500,"tags":["a","b"],"order":{"id":"o-1"}}']],
  ['{ $.code >= 400 && $.code < 500 }', ['{"level":"warn","code":404,"order":null}']],
  [
    '{ ($.code = 404) || ($.tags[0] = "a") }',
    [
      '{"level":"error","code":500,"tags":["a","b"],"order":{"id":"o-1"}}',
      '{"level":"warn","code":404,"order":null}',
    ],
  ],
  ['{ $.order.id = "o-*" }', ['{"level":"error","code":500,"tags":["a","b"],"order":{"id":"o-1"}}']],
  ['{ $.level != "error" }', ['{"level":"warn","code":404,"order":null}']],
  ['{ $.order IS NULL }', ['{"level":"warn","code":404,"order":null}']],
  ['{ $.tags NOT EXISTS }', ['{"level":"warn","code":404,"order":null}']],
])('filters by %s', async (pattern, expected) => {
  const name = await group();
  const messages = [
    'ERROR disk full',
    'WARN ERROR both',
    'INFO ok',
    '{"level":"error","code":500,"tags":["a","b"],"order":{"id":"o-1"}}',
    '{"level":"warn","code":404,"order":null}',
  ];
  await put(
    name,
    's',
    messages.map((message, index) => [start + index, message] as const),
  );
  await eventually(async () => ((await filtered(name, '')).length === messages.length ? true : undefined));
  expect(await filtered(name, pattern)).toEqual(expected);
});

it('describes groups and streams', async () => {
  const name = await group();
  await put(name, 'older', [[start, 'x']]);
  await put(name, 'newer', [[start + 1000, 'y']]);
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: 7 }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  expect(logGroups).toMatchObject([
    { logGroupName: name, retentionInDays: 7, arn: expect.stringContaining(`:log-group:${name}:*`) },
  ]);
  const { logStreams } = await logs.send(
    new DescribeLogStreamsCommand({ logGroupName: name, orderBy: 'LastEventTime', descending: true }),
  );
  expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual(['newer', 'older']);
});

it('refuses what does not exist and what is not in order', async () => {
  const name = await group();
  await expect(logs.send(new CreateLogGroupCommand({ logGroupName: name }))).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(filtered('/not/there', '')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(filtered(name, '{ $.a = }')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(
    put(name, 's', [
      [start + 1, 'later'],
      [start, 'earlier'],
    ]),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

it('removes a group with its events', async () => {
  const name = await group();
  await put(name, 's', [[start, 'x']]);
  await logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
  await expect(filtered(name, '')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await logs.send(new CreateLogGroupCommand({ logGroupName: name }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: 's' }));
  expect(await filtered(name, '')).toEqual([]);
});

it('has what a function writes', async () => {
  const lambda = new LambdaClient(endpoint.client);
  const functions = new TestFunctions(lambda);
  const { name } = await functions.create('export const handler = async () => console.log("order received")');
  await invoke(lambda, name);
  groups.push(`/aws/lambda/${name}`);
  const found = await eventually(async () => {
    const messages = await filtered(`/aws/lambda/${name}`, 'received');
    return messages.length > 0 ? messages : undefined;
  });
  expect(found).toEqual([expect.stringMatching(/\tINFO\torder received$/)]);
  await functions.deleteAll();
  lambda.destroy();
});
