import type { Notification } from '@yorozu/lambda-shared/notifications/notification';
import { anOrder, MemoryEvents, MemoryHistory, MemoryOrders } from '@yorozu/lambda-shared/saga/testing';
import { sendNotification } from './send-notification';

function make(answer: () => 'sent' | 'already' = () => 'sent') {
  const sent: Notification[] = [];
  const notifier = {
    notify: async (notification: Notification) => {
      sent.push(notification);
      return answer();
    },
  };
  const ports = { history: new MemoryHistory(), events: new MemoryEvents(), orders: new MemoryOrders() };
  return { ...ports, notifier, sent };
}

test('confirms the order to its customer, with the phone where one is known', async () => {
  const deps = make();
  const order = anOrder();
  expect(await sendNotification(order, deps)).toEqual({ sent: true });
  expect(deps.sent).toEqual([
    expect.objectContaining({
      kind: 'order-confirmed',
      subjectId: order.orderId,
      to: { email: 'hanako@example.com', name: '山田 花子', locale: 'ja', phone: '090-1234-5678' },
    }),
  ]);
  expect(deps.history.types).toEqual(['NotificationSent']);
});

test('a confirmation that was sent before counts', async () => {
  const deps = make(() => 'already');
  expect(await sendNotification(anOrder(), deps)).toEqual({ sent: true });
  expect(deps.history.types).toEqual(['NotificationSent']);
});

test('one that was not sent leaves no entry', async () => {
  const deps = make(() => {
    throw new Error('SES');
  });
  await expect(sendNotification(anOrder(), deps)).rejects.toThrow('SES');
  expect(deps.history.types).toEqual([]);
});
