import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord } from '@yorozu/events';
import { DynamoOrderHistory } from './order-history';
import { startTables, type Tables } from './testing/tables';

let tables: Tables;
let table: string;
let history: DynamoOrderHistory;
let next = 0;
const times = ['2026-11-01T00:00:01.000Z', '2026-11-01T00:00:02.000Z', '2026-11-01T00:00:03.000Z'];

beforeAll(async () => {
  tables = await startTables();
  table = await tables.create('orders');
});
afterAll(() => tables.close());

let order: { userId: string; orderId: string };

beforeEach(async () => {
  next += 1;
  let tick = 0;
  order = { userId: 'u-1', orderId: `o-${next}` };
  history = new DynamoOrderHistory(tables.client, table, () => new Date(times[tick++] ?? 0));
  await tables.client.send(
    new PutCommand({
      TableName: table,
      Item: {
        user_id: order.userId,
        order_id: order.orderId,
        status: 'pending',
        history: [{ at: '2026-11-01T00:00:00.000Z', type: 'OrderPlaced' }],
        history_keys: new Set(['OrderPlaced']),
      },
    }),
  );
});

async function stored(): Promise<OrderRecord> {
  const Key = { user_id: order.userId, order_id: order.orderId };
  const { Item } = await tables.client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item as OrderRecord;
}
const types = async (): Promise<string[]> => (await stored()).history.map(({ type }) => type);

test('moves the status and appends in the order of the steps', async () => {
  await history.append(order, { status: 'processing', entries: [{ type: 'StockReserved' }] });
  const detail = { paymentId: 'p-1' };
  const outcome = await history.append(order, {
    status: 'processing',
    entries: [{ type: 'PaymentCaptured', detail }],
  });
  expect(outcome).toEqual({
    status: 'processing',
    duplicate: false,
    entries: [{ at: times[1], type: 'PaymentCaptured', detail }],
  });
  expect(await stored()).toMatchObject({ status: 'processing', updated_at: times[1] });
  expect(await types()).toEqual(['OrderPlaced', 'StockReserved', 'PaymentCaptured']);
});

test('a repeated step writes nothing and answers what stands', async () => {
  await history.append(order, { status: 'processing', entries: [{ type: 'StockReserved' }] });
  const again = await history.append(order, { status: 'processing', entries: [{ type: 'StockReserved' }] });
  expect(again).toEqual({
    status: 'processing',
    duplicate: true,
    entries: [{ at: times[0], type: 'StockReserved' }],
  });
  expect(await types()).toEqual(['OrderPlaced', 'StockReserved']);
});

test('of a change that was half written the rest is added', async () => {
  await history.append(order, { status: 'processing', entries: [{ type: 'StepFailed' }] });
  const outcome = await history.append(order, {
    status: 'processing',
    entries: [{ type: 'StepFailed' }, { type: 'StockReleased' }],
  });
  expect(outcome.entries.map(({ type }) => type)).toEqual(['StepFailed', 'StockReleased']);
  expect(await types()).toEqual(['OrderPlaced', 'StepFailed', 'StockReleased']);
});

test('two attempts at the same time append once', async () => {
  const change = { status: 'processing', entries: [{ type: 'StockReserved' }] } as const;
  await Promise.all([
    history.append(order, change),
    history.append(order, change),
    history.append(order, change),
  ]);
  expect(await types()).toEqual(['OrderPlaced', 'StockReserved']);
});

test('a cancelled order has two entries of that type: the cause and the end', async () => {
  await history.append(order, {
    status: 'processing',
    entries: [{ type: 'OrderCancelled' }, { type: 'StockReleased' }],
  });
  await history.append(order, {
    status: 'cancelled',
    entries: [{ type: 'OrderCancelled', key: 'final:OrderCancelled' }],
    failure: { code: 'ORDER_CANCELLED', message: 'cancelled' },
  });
  expect(await types()).toEqual(['OrderPlaced', 'OrderCancelled', 'StockReleased', 'OrderCancelled']);
  expect(await stored()).toMatchObject({ status: 'cancelled', failure: { code: 'ORDER_CANCELLED' } });
});

test.each(['completed', 'failed', 'cancelled'] as const)('nothing follows %s', async (status) => {
  const close = { status, entries: [{ type: 'OrderCompleted', key: `final:${status}` }] } as const;
  await history.append(order, { status: 'processing', entries: [{ type: 'StockReserved' }] });
  if (status === 'completed') await history.append(order, close);
  else await history.append(order, close);
  await expect(
    history.append(order, { status: 'processing', entries: [{ type: 'PaymentCaptured' }] }),
  ).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await history.append(order, close)).toMatchObject({ status, duplicate: true });
});

test('a pending order cannot be completed', async () => {
  await expect(
    history.append(order, { status: 'completed', entries: [{ type: 'OrderCompleted' }] }),
  ).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
});

test('an unknown order is named', async () => {
  await expect(
    history.append(
      { userId: 'u-1', orderId: 'nobody' },
      { status: 'processing', entries: [{ type: 'StockReserved' }] },
    ),
  ).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
});

test('parking marks an order until it ends, and none that has ended', async () => {
  await history.park(order);
  expect(await stored()).toMatchObject({ status: 'pending', compensation_failed: true });
  await history.append(order, {
    status: 'failed',
    entries: [{ type: 'OrderFailed', key: 'final:OrderFailed' }],
  });
  await history.park(order);
  expect(await stored()).not.toHaveProperty('compensation_failed');
});

describe('the payment token', () => {
  const write = (status: OrderRecord['status'], type: OrderRecord['history'][number]['type']) =>
    history.append(order, { status, entries: [{ type }] });
  beforeEach(() =>
    tables.client.send(
      new UpdateCommand({
        TableName: table,
        Key: { user_id: order.userId, order_id: order.orderId },
        UpdateExpression: 'SET payment_token = :token',
        ExpressionAttributeValues: { ':token': 'tok_visa' },
      }),
    ),
  );

  test('stays while a capture may be asked for again, and goes with the step after it', async () => {
    await write('processing', 'StockReserved');
    await write('processing', 'PaymentCaptured');
    expect((await stored()).payment_token).toBe('tok_visa');
    await write('processing', 'StockDeducted');
    expect(await stored()).not.toHaveProperty('payment_token');
  });

  test.each([
    ['processing', 'PaymentDeclined'],
    ['processing', 'StepFailed'],
    ['processing', 'OrderCancelled'],
    ['failed', 'OutOfStock'],
  ] as const)('goes when the order is given up (%s: %s)', async (status, type) => {
    await write(status, type);
    expect(await stored()).not.toHaveProperty('payment_token');
  });
});
