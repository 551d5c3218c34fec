import { createEvent, type OrderRecord, type OrderStatus } from '@yorozu/events';
import { MemoryEvents } from '@yorozu/lambda-shared/saga/testing';
import { processOrders, type OrderProcessorDeps } from './order-processor';

const userId = '5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e';
const now = new Date('2026-11-01T00:00:00.000Z');

function created(n: number) {
  const orderId = `019a2f4e-7c10-7a3b-9d55-${String(n).padStart(12, '0')}`;
  const { source, detail } = createEvent(
    'OrderCreated',
    {
      orderId,
      userId,
      items: [
        { productId: 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11', productName: '急須', quantity: 2, price: 7_500 },
      ],
      totalAmount: 15_000,
      currency: 'JPY',
      shippingAddress: {
        name: '山田',
        postalCode: '100-0001',
        prefecture: '東京都',
        city: '千代田区',
        line1: '1',
        phone: '03',
      },
      payment: { token: 'tok_visa' },
      customer: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja' },
    },
    { correlationId: 'c-1', now },
  );
  const envelope = { id: 'e', source, 'detail-type': 'OrderCreated', time: now.toISOString(), detail };
  return { orderId, messageId: `m-${n}`, body: JSON.stringify(envelope) };
}

function make() {
  const records = new Map<string, OrderRecord>();
  const started: { orderId: string; input: object }[] = [];
  const events = new MemoryEvents();
  const deps: OrderProcessorDeps = {
    orders: {
      insert: async (record): Promise<OrderStatus> => {
        const existing = records.get(record.order_id);
        if (!existing) records.set(record.order_id, record);
        return existing?.status ?? record.status;
      },
    },
    sagas: {
      start: async (orderId, input) => {
        if (started.some((execution) => execution.orderId === orderId)) return;
        started.push({ orderId, input });
      },
    },
    events,
    now: () => now,
  };
  return { deps, records, started, events };
}

test('writes the order, shows it and starts its saga', async () => {
  const { deps, records, started, events } = make();
  const order = created(1);
  expect(await processOrders([order], deps)).toEqual([]);
  expect(records.get(order.orderId)).toMatchObject({
    user_id: userId,
    status: 'pending',
    total_amount: 15_000,
    items: [{ product_name: '急須', quantity: 2, price: 7_500 }],
    history: [{ at: now.toISOString(), type: 'OrderPlaced' }],
    ttl: now.getTime() / 1_000 + 365 * 86_400,
  });
  expect(JSON.stringify(records.get(order.orderId))).not.toContain('tok_visa');
  expect(started).toEqual([
    {
      orderId: order.orderId,
      input: expect.objectContaining({
        userId,
        correlationId: 'c-1',
        createdAt: now.toISOString(),
        payment: { token: 'tok_visa' },
      }),
    },
  ]);
  expect(events.calls[0]?.[0]?.detail).toMatchObject({ status: 'pending', event: { type: 'OrderPlaced' } });
});

test('publishes the steps of a batch in one call', async () => {
  const { deps, events, started } = make();
  await processOrders([created(1), created(2), created(3)], deps);
  expect(events.calls.map((call) => call.length)).toEqual([3]);
  expect(started).toHaveLength(3);
});

test('a duplicate of an order that waits starts nothing twice; one that went on is only acknowledged', async () => {
  const { deps, records, started, events } = make();
  const order = created(1);
  await processOrders([order], deps);
  expect(await processOrders([order], deps)).toEqual([]);
  expect(started).toHaveLength(1);
  const record = records.get(order.orderId);
  if (record) record.status = 'completed';
  const calls = events.calls.length;
  expect(await processOrders([order], deps)).toEqual([]);
  expect(events.calls).toHaveLength(calls);
});

test('reports exactly the records that failed', async () => {
  const { deps, started } = make();
  const start = deps.sagas.start;
  const [good, unlucky] = [created(1), created(2)];
  const failing: OrderProcessorDeps = {
    ...deps,
    sagas: {
      start: (orderId, input) =>
        orderId === unlucky.orderId ? Promise.reject(new Error('throttled')) : start(orderId, input),
    },
  };
  const failed = await processOrders([good, unlucky, { messageId: 'm-3', body: '{"broken' }], failing);
  expect(failed.map(({ messageId }) => messageId).sort()).toEqual(['m-2', 'm-3']);
  expect(started.map(({ orderId }) => orderId)).toEqual([good.orderId]);
});

test('starts no saga before its first step was published; the retry does both', async () => {
  const { deps, events, started } = make();
  events.failNext = new Error('bus');
  const order = created(1);
  expect(await processOrders([order], deps)).toEqual([{ messageId: 'm-1', error: expect.any(Error) }]);
  expect(started).toEqual([]);
  expect(await processOrders([order], deps)).toEqual([]);
  expect(started).toHaveLength(1);
  expect(events.names).toEqual(['OrderStatusChanged']);
});

test('an event of another source is not an order', async () => {
  const { deps, records } = make();
  const body = created(1).body.replace('core-api.orders', 'someone.else');
  expect(await processOrders([{ messageId: 'm-1', body }], deps)).toHaveLength(1);
  expect(records.size).toBe(0);
});
