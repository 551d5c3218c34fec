import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startTables, type Tables } from '@yorozu/lambda-shared/testing/tables';
import { connect, disconnect, receive } from './connection';
import { DynamoConnections } from './connections.adapter';

const product = (n: number): string => `b4f7a0a6-0d51-4b58-9b0a-${String(n).padStart(12, '0')}`;
let tables: Tables;
let table: string;
let connections: DynamoConnections;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  table = await tables.create('connections');
  connections = new DynamoConnections(tables.client, table, () => 1_000_000);
});

async function rows(): Promise<string[]> {
  const { Items = [] } = await tables.client.send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  return Items.map((item) => `${String(item['connection_id'])} ${String(item['topic'])}`).sort();
}

/** A session `s-1` that lives and any other that has ended. */
function withSessions() {
  const joined = new Set<string>();
  const sessions = {
    join: async (session: string, id: string) => session === 's-1' && joined.add(id).has(id),
    leave: async (_session: string, id: string) => void joined.delete(id),
  };
  return { connections, sessions, joined };
}

async function say(body: string): Promise<object[]> {
  const frames: object[] = [];
  await receive('c-1', body, {
    connections,
    client: { send: async (_id, frame) => void frames.push(frame) },
  });
  return frames;
}

test('remembers whose connection it is and forgets all of it', async () => {
  await connections.open('c-1', 'u-1');
  await connections.open('c-2', 'u-1');
  await connections.watch(
    'c-1',
    Array.from({ length: 50 }, (_, i) => product(i)),
  );
  expect(await rows()).toHaveLength(52);
  await connections.close('c-1');
  await connections.close('c-1');
  expect(await rows()).toEqual(['c-2 connection']);
});

test('a new set of products replaces the one before', async () => {
  await say(JSON.stringify({ action: 'watch', productIds: [product(1), product(2)] }));
  expect(
    await say(JSON.stringify({ action: 'watch', productIds: [product(2).toUpperCase(), product(3)] })),
  ).toEqual([]);
  expect(await rows()).toEqual([`c-1 product#${product(2)}`, `c-1 product#${product(3)}`]);
  await say('{"action":"watch","productIds":[]}');
  expect(await rows()).toEqual([]);
});

test('answers a ping', async () => {
  expect(await say('{"action":"ping"}')).toEqual([{ type: 'PONG' }]);
});

test.each([
  '',
  'hello',
  'null',
  '{"action":"delete"}',
  '{"action":"watch"}',
  '{"action":"watch","productIds":"x"}',
  '{"action":"watch","productIds":["x"]}',
  JSON.stringify({ action: 'watch', productIds: Array.from({ length: 51 }, (_, i) => product(i)) }),
])('answers %s with an error frame and changes nothing', async (body) => {
  expect(await say(body)).toEqual([
    { type: 'ERROR', data: expect.objectContaining({ code: 'UNKNOWN_ACTION' }) },
  ]);
  expect(await rows()).toEqual([]);
});

test('a connection belongs to its session until it closes', async () => {
  const deps = withSessions();
  expect(await connect('c-1', { userId: 'u-1', sessionId: 's-1' }, deps)).toBe(true);
  expect(await connect('c-2', { userId: 'u-1', sessionId: undefined }, deps)).toBe(true);
  expect([...deps.joined]).toEqual(['c-1']);
  expect(await rows()).toEqual(['c-1 connection', 'c-2 connection']);
  await disconnect('c-1', 's-1', deps);
  expect([...deps.joined]).toEqual([]);
  expect(await rows()).toEqual(['c-2 connection']);
});

test('a ticket of a session that has ended since lets nobody in', async () => {
  expect(await connect('c-1', { userId: 'u-1', sessionId: 'ended' }, withSessions())).toBe(false);
  expect(await rows()).toEqual([]);
});
