import { crc32 } from 'node:zlib';
import type { TableSpec } from '../../artefacts/model';
import type { CloudContext } from '../../ports';
import { jsonRequest, TestCloud } from '../testing';
import { createDynamoDb } from './index';

const sessions: TableSpec = {
  name: 'sessions',
  hashKey: { name: 'id', type: 'S' },
  rangeKey: { name: 'seq', type: 'N' },
  globalSecondaryIndexes: [],
  ttlAttribute: 'ttl',
};

let cloud: TestCloud;
let context: CloudContext;
let dynamodb: Awaited<ReturnType<typeof createDynamoDb>>;

async function open(specs: readonly TableSpec[]): Promise<void> {
  await dynamodb?.stop?.();
  context = await cloud.restart();
  dynamodb = await createDynamoDb(context, specs);
  await dynamodb.start?.();
}

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const response = await dynamodb.handle(jsonRequest(`DynamoDB_20120810.${operation}`, input));
  return JSON.parse(String(response.body)) as Record<string, unknown>;
}

beforeEach(async () => {
  cloud = await TestCloud.create();
  await open([sessions]);
});

afterEach(async () => {
  await dynamodb.stop?.();
  await cloud.close();
});

const item = (id: string, seq: number, more: object = {}): object => ({
  id: { S: id },
  seq: { N: String(seq) },
  ...more,
});

it('has its items, order and tokens again after a restart', async () => {
  for (const seq of [10, 9, -1]) await call('PutItem', { TableName: 'sessions', Item: item('a', seq) });
  await call('DeleteItem', { TableName: 'sessions', Key: item('a', 9) });
  const transaction = {
    ClientRequestToken: 'once',
    TransactItems: [
      {
        Update: {
          TableName: 'sessions',
          Key: item('a', 10),
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': { N: '1' } },
        },
      },
    ],
  };
  await call('TransactWriteItems', transaction);
  await open([sessions]);
  expect(await call('TransactWriteItems', transaction)).toEqual({});
  const query = {
    TableName: 'sessions',
    KeyConditionExpression: 'id = :i',
    ExpressionAttributeValues: { ':i': { S: 'a' } },
  };
  expect((await call('Query', query)).Items).toEqual([item('a', -1), item('a', 10, { n: { N: '1' } })]);
});

it('brings the indexes of a table to what its spec says now', async () => {
  await call('PutItem', { TableName: 'sessions', Item: item('a', 1, { owner_id: { S: 'o' } }) });
  const index = { name: 'owner', hashKey: { name: 'owner_id', type: 'S' }, projection: 'ALL' } as const;
  await open([{ ...sessions, globalSecondaryIndexes: [index] }]);
  const query = {
    TableName: 'sessions',
    IndexName: 'owner',
    KeyConditionExpression: 'owner_id = :o',
    ExpressionAttributeValues: { ':o': { S: 'o' } },
  };
  expect((await call('Query', query)).Count).toBe(1);
  await open([sessions]);
  expect(await call('Query', query)).toMatchObject({
    message: 'The table does not have the specified index: owner',
  });
});

it('deletes at start what expired meanwhile, and forgets times that were moved', async () => {
  const now = Math.floor(Date.now() / 1000);
  await dynamodb.stop?.();
  await call('PutItem', { TableName: 'sessions', Item: item('old', 1, { ttl: { N: String(now - 5) } }) });
  await call('PutItem', { TableName: 'sessions', Item: item('moved', 1, { ttl: { N: String(now - 5) } }) });
  await call('PutItem', { TableName: 'sessions', Item: item('moved', 1, { ttl: { N: String(now + 500) } }) });
  await open([sessions]);
  while ((await call('GetItem', { TableName: 'sessions', Key: item('old', 1) })).Item)
    await new Promise((done) => setTimeout(done, 5));
  expect((await call('GetItem', { TableName: 'sessions', Key: item('moved', 1) })).Item).toBeDefined();
  await open([sessions]);
  expect((await call('Scan', { TableName: 'sessions' })).Count).toBe(1);
});

it('forgets the items of a table that is dropped and made again', async () => {
  await call('PutItem', { TableName: 'sessions', Item: item('a', 1) });
  await call('DeleteTable', { TableName: 'sessions' });
  await call('CreateTable', {
    TableName: 'sessions',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
  expect((await call('Scan', { TableName: 'sessions' })).Count).toBe(0);
  expect(
    await call('PutItem', {
      TableName: 'sessions',
      Item: { id: { S: '__proto__' }, constructor: { S: 'c' } },
    }),
  ).toEqual({});
  const { Item } = await call('GetItem', { TableName: 'sessions', Key: { id: { S: '__proto__' } } });
  expect(Item).toEqual({ id: { S: '__proto__' }, constructor: { S: 'c' } });
});

it('sends the checksum that SDKs verify', async () => {
  const response = await dynamodb.handle(jsonRequest('DynamoDB_20120810.ListTables', {}));
  expect(response.headers?.['x-amz-crc32']).toBe(String(crc32(Buffer.from(String(response.body)))));
});

it.each<[string, object]>([
  ['BatchGetItem', { RequestItems: { sessions: { Keys: 1 } } }],
  ['BatchGetItem', { RequestItems: { sessions: { Keys: [1] } } }],
  ['BatchGetItem', { RequestItems: { sessions: {} } }],
  ['BatchWriteItem', { RequestItems: { sessions: [{}] } }],
  ['BatchWriteItem', { RequestItems: { sessions: [{ PutRequest: {} }] } }],
  ['BatchWriteItem', { RequestItems: { sessions: 1 } }],
  ['BatchWriteItem', { RequestItems: { sessions: {} } }],
  ['TransactWriteItems', { TransactItems: [{ Put: 1 }] }],
  ['TransactWriteItems', { TransactItems: 'x' }],
  ['TransactGetItems', { TransactItems: [{}] }],
  ['Query', { TableName: 'sessions', KeyConditionExpression: 'id = :i', ExclusiveStartKey: { id: 1 } }],
  ['Scan', { TableName: 'sessions', Limit: 'x' }],
  ['CreateTable', { TableName: 'other', AttributeDefinitions: [{}], KeySchema: [{}] }],
  ['CreateTable', { TableName: 'other', GlobalSecondaryIndexes: [1] }],
  ['UpdateTable', { TableName: 'sessions', GlobalSecondaryIndexUpdates: [{ Create: {} }] }],
  ['UpdateTimeToLive', { TableName: 'sessions', TimeToLiveSpecification: {} }],
  ['TagResource', {}],
])('refuses a malformed %s %j as a client error', async (operation, input) => {
  const response = await dynamodb.handle(jsonRequest(`DynamoDB_20120810.${operation}`, input));
  expect([response.status, String(response.body)]).toEqual([400, expect.stringContaining('Exception')]);
});

it.each<[string, unknown]>([
  ['not JSON', '{'],
  ['not an object', '[]'],
  ['null', 'null'],
  ['a list for a name', '{"TableName":[]}'],
  ['text for an item', '{"TableName":"sessions","Item":"x"}'],
  ['a number for a string', '{"TableName":"sessions","Item":{"id":{"S":1},"seq":{"N":"1"}}}'],
  ['a number for a set', '{"TableName":"sessions","Item":{"id":{"S":"a"},"seq":{"N":"1"},"s":{"SS":1}}}'],
  ['text for a map', '{"TableName":"sessions","Item":{"id":{"S":"a"},"seq":{"N":"1"},"m":{"M":"x"}}}'],
  ['null for a value', '{"TableName":"sessions","Item":{"id":null,"seq":{"N":"1"}}}'],
  ['no type', '{"TableName":"sessions","Item":{"id":{},"seq":{"N":"1"}}}'],
  ['two types', '{"TableName":"sessions","Item":{"id":{"S":"a","N":"1"},"seq":{"N":"1"}}}'],
  [
    'a number for an expression',
    '{"TableName":"sessions","Item":{"id":{"S":"a"},"seq":{"N":"1"}},"ConditionExpression":1}',
  ],
  [
    'text for names',
    '{"TableName":"sessions","Item":{"id":{"S":"a"},"seq":{"N":"1"}},"ConditionExpression":"a = b","ExpressionAttributeNames":"x"}',
  ],
])('refuses %s as a client error', async (_, body) => {
  const target = jsonRequest('DynamoDB_20120810.PutItem', {});
  const response = await dynamodb.handle({ ...target, body: Buffer.from(String(body)) });
  expect([response.status, String(response.body)]).toEqual([
    400,
    expect.stringMatching(/ValidationException|SerializationException/),
  ]);
});
