import type { OrderRecord, OrderStatus } from '@yorozu/events';
import type { Notification } from '@yorozu/lambda-shared/notifications/notification';
import { anOrder, aRecord, at, MemoryOrders } from '@yorozu/lambda-shared/saga/testing';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { sendForEvent } from './notification-sender';

const { orderId, userId, totalAmount, currency, items } = anOrder();
const order = { orderId, userId, totalAmount, currency, items };
const failure = { code: 'OUT_OF_STOCK', message: 'x' } as const;
const failed = (change: Partial<OrderRecord> = {}): OrderRecord =>
  aRecord({ status: 'failed', failure, ...change });

async function sent(body: string, orders = new MemoryOrders()) {
  const all: Notification[] = [];
  const contradicted: string[] = [];
  const notify = async (notification: Notification) => {
    all.push(notification);
    return 'sent' as const;
  };
  await sendForEvent(body, {
    notifier: { notify },
    orders,
    contradicted: (id, event, status) => void contradicted.push(`${event} of ${status} ${id}`),
  });
  return { all, contradicted, reads: orders.reads };
}

test('a failed order is told with its reason and what happened to the money, after one read', async () => {
  const { all, reads } = await sent(
    envelope('OrderFailed', { ...order, failure }).body,
    new MemoryOrders(failed()),
  );
  expect(all).toEqual([
    {
      kind: 'order-failed',
      subjectId: orderId,
      to: aRecord().customer,
      order: {
        orderId,
        totalAmount,
        currency,
        items: [{ productName: '急須', quantity: 2, price: 7_500 }],
        failureCode: 'OUT_OF_STOCK',
        paymentState: 'none',
      },
    },
  ]);
  expect(reads).toBe(1);
});

test('a captured and refunded payment is told as such', async () => {
  const history = [
    { at, type: 'PaymentCaptured' },
    { at, type: 'PaymentRefunded' },
  ] as const;
  const { all } = await sent(
    envelope('OrderFailed', { ...order, failure }).body,
    new MemoryOrders(failed({ history: [...history] })),
  );
  expect(all).toMatchObject([{ order: { paymentState: 'refunded' } }]);
});

test('a cancelled order and a new account are told', async () => {
  const cancelled = await sent(
    envelope('OrderCancelled', order).body,
    new MemoryOrders(aRecord({ status: 'cancelled' })),
  );
  expect(cancelled.all).toMatchObject([
    { kind: 'order-cancelled', subjectId: orderId, order: { paymentState: 'cancelled' } },
  ]);
  const user = { userId, email: 'a@example.com', name: 'A', locale: 'en' } as const;
  expect((await sent(envelope('UserRegistered', user).body)).all).toMatchObject([
    { kind: 'welcome', subjectId: userId, to: { email: 'a@example.com', locale: 'en' } },
  ]);
});

test.each([
  [false, ['order-confirmed']],
  [true, []],
])('a completed order that the saga has confirmed (%s) leads to %j', async (notified, kinds) => {
  const body = envelope('OrderCompleted', { ...order, notified }).body;
  const { all } = await sent(body, new MemoryOrders(aRecord({ status: 'completed' })));
  expect(all.map(({ kind }) => kind)).toEqual(kinds);
});

describe('an event that its order contradicts', () => {
  const events = {
    OrderFailed: envelope('OrderFailed', { ...order, failure }).body,
    OrderCancelled: envelope('OrderCancelled', order).body,
    OrderCompleted: envelope('OrderCompleted', { ...order, notified: false }).body,
  };
  test.each<[keyof typeof events, OrderStatus]>([
    ['OrderFailed', 'completed'],
    ['OrderFailed', 'processing'],
    ['OrderFailed', 'cancelled'],
    ['OrderCancelled', 'completed'],
    ['OrderCancelled', 'failed'],
    ['OrderCompleted', 'failed'],
    ['OrderCompleted', 'pending'],
  ])('%s for an order that is %s is noted, and nobody is told', async (event, status) => {
    const { all, contradicted } = await sent(events[event], new MemoryOrders(aRecord({ status })));
    expect(all).toEqual([]);
    expect(contradicted).toEqual([`${event} of ${status} ${orderId}`]);
  });
});

test('an order that is nowhere fails, so that the queue keeps the event', async () => {
  const nowhere = Object.assign(new MemoryOrders(), { find: async () => undefined });
  await expect(sent(envelope('OrderCancelled', order).body, nowhere)).rejects.toMatchObject({
    code: 'ORDER_NOT_FOUND',
  });
});

test.each([
  '{',
  '{"detail-type":"OrderCompleted","source":"order-saga.orders","detail":{}}',
  '{"detail-type":"StockUpdated"}',
])('the body %s fails, so that the queue keeps it', async (body) => {
  await expect(sent(body)).rejects.toMatchObject({ code: 'EVENT_INVALID' });
});
