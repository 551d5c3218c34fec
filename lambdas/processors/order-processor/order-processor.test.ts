import { createEvent, type OrderRecord, type OrderStatus } from '@yorozu/events';
import { TransientError } from '@yorozu/lambda-shared/errors';
import type { OrderIntake } from '@yorozu/lambda-shared/order-intakes';
import { MemoryEvents } from '@yorozu/lambda-shared/saga/testing';
import older from '../../../events/schemas/older/order-created.1.json';
import { processOrders, type OrderProcessorDeps } from './order-processor';

const userId = '5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e';
const now = new Date('2026-11-01T00:00:00.000Z');
const personal = /山田|花子|hanako|千代田|tok_visa|090-/;

const idOf = (n: number): string => `019a2f4e-7c10-7a3b-9d55-${String(n).padStart(12, '0')}`;

function intakeOf(n: number): OrderIntake {
  return {
    orderId: idOf(n),
    shippingAddress: { name: '山田', line1: '千代田1-1', phone: '090-1234-5678' },
    customer: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja' },
    paymentToken: 'tok_visa',
  };
}

function inEnvelope(detail: object): string {
  const envelope = { id: 'e', source: 'core-api.orders', 'detail-type': 'OrderCreated', time: '', detail };
  return JSON.stringify(envelope);
}

function created(n: number) {
  const orderId = idOf(n);
  const { detail } = createEvent(
    'OrderCreated',
    {
      orderId,
      userId,
      items: [
        { productId: 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11', productName: '急須', quantity: 2, price: 7_500 },
      ],
      totalAmount: 15_000,
      currency: 'JPY',
    },
    { correlationId: 'c-1', now },
  );
  return { orderId, messageId: `m-${n}`, body: inEnvelope(detail) };
}

/** Knows the intakes of the orders 1 to 3. */
function make() {
  const records = new Map<string, OrderRecord>();
  const started: { orderId: string; input: object }[] = [];
  const events = new MemoryEvents();
  const intakes = new Map([1, 2, 3].map((n) => [idOf(n), intakeOf(n)]));
  const asked: string[][] = [];
  const deps: OrderProcessorDeps = {
    intakes: {
      find: async (orderIds) => {
        asked.push([...orderIds]);
        return intakes;
      },
    },
    orders: {
      find: async ({ orderId }) => records.get(orderId),
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
  return { deps, records, started, events, intakes, asked };
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
    customer: { email: 'hanako@example.com' },
    shipping_address: { line1: '千代田1-1' },
    payment_token: 'tok_visa',
    history: [{ at: now.toISOString(), type: 'OrderPlaced' }],
    ttl: now.getTime() / 1_000 + 365 * 86_400,
  });
  expect(started).toEqual([
    {
      orderId: order.orderId,
      input: expect.objectContaining({ userId, correlationId: 'c-1', createdAt: now.toISOString() }),
    },
  ]);
  expect(events.calls[0]?.[0]?.detail).toMatchObject({ status: 'pending', event: { type: 'OrderPlaced' } });
  expect(JSON.stringify([started, events.calls, order.body])).not.toMatch(personal);
});

test('of a batch, the intakes are asked for in one call and the steps published in one', async () => {
  const { deps, events, started, asked } = make();
  await processOrders([created(1), created(2), created(3)], deps);
  expect(asked).toEqual([[idOf(1), idOf(2), idOf(3)]]);
  expect(events.calls.map((call) => call.length)).toEqual([3]);
  expect(started).toHaveLength(3);
});

test('an event of version 1 brings its own, and its saga carries none of it either', async () => {
  const { deps, records, started, asked } = make();
  const [detail] = older.examples;
  expect(await processOrders([{ messageId: 'm-1', body: inEnvelope(detail as object) }], deps)).toEqual([]);
  expect(records.get(detail?.orderId ?? '')).toMatchObject({
    customer: { email: 'shopper@example.com' },
    payment_token: 'tok_visa',
  });
  expect(asked).toEqual([]);
  expect(started).toHaveLength(1);
  expect(JSON.stringify(started)).not.toMatch(personal);
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

describe('when the intake is gone', () => {
  test('an attempt that died between record and saga is finished', async () => {
    const { deps, records, started, intakes } = make();
    const order = created(1);
    const dead = { ...deps, sagas: { start: () => Promise.reject(new Error('killed')) } };
    expect(await processOrders([order], dead)).toHaveLength(1);
    intakes.clear();
    expect(await processOrders([order], deps)).toEqual([]);
    expect(started.map(({ orderId }) => orderId)).toEqual([order.orderId]);
    expect(records.get(order.orderId)?.payment_token).toBe('tok_visa');
  });

  test('a replay of an order that has ended is only acknowledged', async () => {
    const { deps, records, started, intakes } = make();
    const order = created(1);
    await processOrders([order], deps);
    const record = records.get(order.orderId);
    if (record) record.status = 'failed';
    intakes.clear();
    expect(await processOrders([order], deps)).toEqual([]);
    expect(started).toHaveLength(1);
  });

  test('an order without a record fails, alone, until the queue gives it up', async () => {
    const { deps, started } = make();
    const failed = await processOrders([created(1), created(7)], deps);
    expect(failed).toEqual([
      { messageId: 'm-7', error: expect.objectContaining({ code: 'ORDER_INTAKE_MISSING' }) },
    ]);
    expect(started.map(({ orderId }) => orderId)).toEqual([idOf(1)]);
  });
});

test('core-api that does not answer fails the batch, so that all of it comes again', async () => {
  const { deps, records } = make();
  const away = new TransientError('INTAKES_UNREACHABLE', 'away');
  const failed = await processOrders([created(1), created(2)], {
    ...deps,
    intakes: { find: () => Promise.reject(away) },
  });
  expect(failed).toEqual(['m-1', 'm-2'].map((messageId) => ({ messageId, error: away })));
  expect(records.size).toBe(0);
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
