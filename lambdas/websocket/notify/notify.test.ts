import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { startTables, type Tables } from '@yorozu/lambda-shared/testing/tables';
import { DynamoAudience } from './audience.adapter';
import { notifyOrderSteps, notifyStock, type Audience } from './notify';

const orderId = '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90';
const users = ['5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e', '6b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e'] as const;
const productId = 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11';

function step(
  userId: string,
  type: 'OrderPlaced' | 'StockReserved',
  second: number,
  messageId = `m-${second}`,
) {
  const now = new Date(Date.UTC(2026, 10, 1, 0, 0, second));
  const detail = { orderId, userId, status: 'processing', event: { at: now.toISOString(), type } } as const;
  return envelope('OrderStatusChanged', detail, { messageId, now });
}

function stock(available: number, version: number, messageId = `m-${version}`) {
  return envelope('StockReserved', { productId, quantity: 1, available, version, orderId }, { messageId });
}

const replayed = ({ messageId, body }: ReturnType<typeof envelope>) => ({
  messageId,
  body: JSON.stringify({ ...(JSON.parse(body) as object), 'replay-name': 'again' }),
});

interface Frame {
  readonly type: string;
  readonly data: { readonly available?: number; readonly event?: { readonly type: string } };
}

function make(gone: readonly string[] = []) {
  const looked: string[] = [];
  const forgotten: string[] = [];
  const frames = new Map<string, Frame[]>();
  const audience: Audience = {
    ofUser: async (userId) => (looked.push(userId), userId === users[0] ? ['c-1', 'c-2'] : ['c-3']),
    ofProduct: async (id) => (looked.push(id), ['c-1', 'c-3']),
    forget: async (ids) => void forgotten.push(...ids),
  };
  const clients = {
    post: async (id: string, data: Uint8Array) => {
      if (gone.includes(id)) return false;
      frames.set(id, [...(frames.get(id) ?? []), JSON.parse(Buffer.from(data).toString()) as Frame]);
      return true;
    },
  };
  return { deps: { audience, clients }, looked, forgotten, frames };
}

test('each user sees their own steps on every connection, in their order, with one look-up', async () => {
  const { deps, looked, frames } = make();
  const records = [
    step(users[0], 'StockReserved', 2),
    step(users[0], 'OrderPlaced', 1),
    step(users[1], 'OrderPlaced', 3),
  ];
  expect(await notifyOrderSteps(records, deps)).toEqual([]);
  expect(looked.sort()).toEqual([...users]);
  const types = (id: string) => frames.get(id)?.map(({ data }) => data.event?.type);
  expect(types('c-1')).toEqual(['OrderPlaced', 'StockReserved']);
  expect(types('c-2')).toEqual(['OrderPlaced', 'StockReserved']);
  expect(types('c-3')).toEqual(['OrderPlaced']);
  expect(frames.get('c-3')?.[0]).toEqual({
    type: 'ORDER_STATUS_UPDATE',
    data: { orderId, status: 'processing', event: { at: '2026-11-01T00:00:03.000Z', type: 'OrderPlaced' } },
  });
});

test('a connection that has gone is forgotten and fails nothing', async () => {
  const { deps, forgotten, frames } = make(['c-1']);
  expect(await notifyOrderSteps([step(users[0], 'OrderPlaced', 1)], deps)).toEqual([]);
  expect(forgotten).toEqual(['c-1']);
  expect(frames.get('c-2')).toHaveLength(1);
});

test('a client that came in the place of one that has gone gets the frame', async () => {
  const { deps, forgotten, frames } = make(['c-1']);
  const ofUser = async (): Promise<string[]> => (forgotten.length === 0 ? ['c-1'] : ['c-7']);
  const audience = { ...deps.audience, ofUser };
  expect(await notifyOrderSteps([step(users[0], 'OrderPlaced', 1)], { ...deps, audience })).toEqual([]);
  expect(frames.get('c-7')).toHaveLength(1);
});

test('those who watch a product get its newest availability once', async () => {
  const { deps, looked, frames } = make();
  expect(await notifyStock([stock(5, 3), stock(7, 1), stock(6, 2)], deps)).toEqual([]);
  expect(looked).toEqual([productId]);
  expect(frames.get('c-1')).toEqual([
    { type: 'STOCK_UPDATE', data: { productId, available: 5, version: 3 } },
  ]);
  expect(frames.get('c-3')).toHaveLength(1);
});

test('a replay of the archive and events without a version say nothing to browsers', async () => {
  const { deps, frames } = make();
  const old = envelope('StockReserved', { productId, quantity: 1, available: 9, orderId });
  expect(await notifyStock([replayed(stock(9, 1)), old], deps)).toEqual([]);
  expect(await notifyOrderSteps([replayed(step(users[0], 'OrderPlaced', 1))], deps)).toEqual([]);
  expect(frames.size).toBe(0);
});

test('a failed look-up brings exactly its records again', async () => {
  const { deps } = make();
  const audience: Audience = {
    ...deps.audience,
    ofUser: (id) => (id === users[0] ? Promise.reject(new Error('throttled')) : deps.audience.ofUser(id)),
  };
  const records = [
    step(users[0], 'OrderPlaced', 1),
    step(users[1], 'OrderPlaced', 2),
    { messageId: 'bad', body: '{}' },
  ];
  const failed = await notifyOrderSteps(records, { ...deps, audience });
  expect(failed.map(({ messageId }) => messageId)).toEqual(['bad', 'm-1']);
});

describe('the connections table', () => {
  let tables: Tables;
  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.close());

  test('is asked by user and by product, and a gone connection leaves all its rows', async () => {
    const table = await tables.create('connections');
    const put = (Item: Record<string, unknown>) =>
      tables.client.send(new PutCommand({ TableName: table, Item }));
    await put({ connection_id: 'c-1', topic: 'connection', user_id: 'u-1' });
    await put({ connection_id: 'c-1', topic: 'product#p-1' });
    await put({ connection_id: 'c-2', topic: 'connection', user_id: 'u-1' });
    await put({ connection_id: 'c-3', topic: 'product#p-1' });
    const audience = new DynamoAudience(tables.client, table);
    expect((await audience.ofUser('u-1')).sort()).toEqual(['c-1', 'c-2']);
    expect((await audience.ofProduct('p-1')).sort()).toEqual(['c-1', 'c-3']);
    await audience.forget(['c-1']);
    const { Items } = await tables.client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
    expect(Items?.map((item) => String(item['connection_id'])).sort()).toEqual(['c-2', 'c-3']);
  });
});
