import type { Notifier } from '@yorozu/lambda-shared/notifications/notifier';
import { OrderNotFound } from '@yorozu/lambda-shared/order-history';
import type { Orders } from '@yorozu/lambda-shared/orders';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/**
 * Confirms the order to the customer, once per order however often it is called. There is nothing to undo, and a
 * failure fails no order: complete-order then publishes notified false and notification-sender tries on.
 */
export async function sendNotification(
  order: SagaOrder,
  deps: StepDeps & { orders: Orders; notifier: Pick<Notifier, 'notify'> },
): Promise<{ sent: true }> {
  const record = await deps.orders.find(order);
  if (!record) throw new OrderNotFound(order.orderId);
  const { phone } = record.shipping_address;
  await deps.notifier.notify({
    kind: 'order-confirmed',
    subjectId: order.orderId,
    to: { ...record.customer, ...(phone === undefined ? {} : { phone }) },
    order,
  });
  await recordStep(order, { status: 'processing', entries: [{ type: 'NotificationSent' }] }, deps);
  return { sent: true };
}
