import type { Notification } from '@yorozu/lambda-shared/notifications/notification';
import { anOrder } from '@yorozu/lambda-shared/saga/testing';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { sendForEvent } from './notification-sender';

const { orderId, userId, totalAmount, currency, items, customer } = anOrder();
const order = { orderId, userId, totalAmount, currency, items, customer };

async function sent(body: string): Promise<Notification[]> {
  const all: Notification[] = [];
  await sendForEvent(body, {
    notify: async (notification) => {
      all.push(notification);
      return 'sent';
    },
  });
  return all;
}

test('a failed order is told with its reason', async () => {
  const failure = { code: 'OUT_OF_STOCK', message: 'x' } as const;
  expect(await sent(envelope('OrderFailed', { ...order, failure }).body)).toEqual([
    expect.objectContaining({
      kind: 'order-failed',
      subjectId: orderId,
      to: customer,
      order: expect.objectContaining({ failureCode: 'OUT_OF_STOCK', totalAmount: 15_000 }),
    }),
  ]);
});

test('a cancelled order and a new account are told', async () => {
  expect(await sent(envelope('OrderCancelled', order).body)).toMatchObject([
    { kind: 'order-cancelled', subjectId: orderId },
  ]);
  const user = { userId, email: 'a@example.com', name: 'A', locale: 'en' } as const;
  expect(await sent(envelope('UserRegistered', user).body)).toMatchObject([
    { kind: 'welcome', subjectId: userId, to: { email: 'a@example.com', locale: 'en' } },
  ]);
});

test.each([
  [false, ['order-confirmed']],
  [true, []],
])('a completed order that the saga has confirmed (%s) leads to %j', async (notified, kinds) => {
  const notifications = await sent(envelope('OrderCompleted', { ...order, notified }).body);
  expect(notifications.map(({ kind }) => kind)).toEqual(kinds);
});

test.each([
  '{',
  '{"detail-type":"OrderCompleted","source":"order-saga.orders","detail":{}}',
  '{"detail-type":"StockUpdated"}',
])('the body %s fails, so that the queue keeps it', async (body) => {
  await expect(sent(body)).rejects.toMatchObject({ code: 'EVENT_INVALID' });
});
