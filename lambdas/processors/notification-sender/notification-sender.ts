import { parseEnvelope, paymentState, type OrderRecord, type OrderStatus } from '@yorozu/events';
import type { Notification, NotificationKind } from '@yorozu/lambda-shared/notifications/notification';
import type { Notifier } from '@yorozu/lambda-shared/notifications/notifier';
import { OrderNotFound } from '@yorozu/lambda-shared/order-history';
import type { Orders } from '@yorozu/lambda-shared/orders';

/** What each event says of an order, and the mail for it. */
const endings = {
  OrderCompleted: { status: 'completed', kind: 'order-confirmed' },
  OrderFailed: { status: 'failed', kind: 'order-failed' },
  OrderCancelled: { status: 'cancelled', kind: 'order-cancelled' },
} as const satisfies Record<string, { status: OrderStatus; kind: NotificationKind }>;

type Ending = keyof typeof endings;

export interface NotificationSenderDeps {
  readonly notifier: Pick<Notifier, 'notify'>;
  readonly orders: Orders;
  /** An event that its order's record contradicts. */
  readonly contradicted: (orderId: string, event: string, status: OrderStatus) => void;
}

/**
 * Tells the customer about one event, once however often the event comes. An event only points at its order: the record
 * says whom to tell, what happened to the money, and whether the event is (still) true; nothing is sent otherwise. The
 * body is the EventBridge envelope (the topic delivers raw). Throws EventValidationError, OrderNotFound, NotHandedOver;
 * the queue then brings the record again.
 */
export async function sendForEvent(body: string, deps: NotificationSenderDeps): Promise<void> {
  const envelope = parseEnvelope(body, [...(Object.keys(endings) as Ending[]), 'UserRegistered']);
  const { detail, 'detail-type': event } = envelope;
  if (!('orderId' in detail)) {
    const { userId, email, name, locale } = detail;
    await deps.notifier.notify({ kind: 'welcome', subjectId: userId, to: { email, name, locale } });
    return;
  }
  // The saga has sent the confirmation itself.
  if ('notified' in detail && detail.notified) return;
  const { status, kind } = endings[event as Ending];
  const record = await deps.orders.find(detail);
  if (!record) throw new OrderNotFound(detail.orderId);
  if (record.status === status) await deps.notifier.notify(notificationOf(record, kind));
  else deps.contradicted(record.order_id, event, record.status);
}

function notificationOf(record: OrderRecord, kind: NotificationKind): Notification {
  const { order_id: orderId, total_amount: totalAmount, currency, customer, failure } = record;
  const state = paymentState(record);
  return {
    kind,
    subjectId: orderId,
    to: customer,
    order: {
      orderId,
      totalAmount,
      currency,
      items: record.items.map((item) => ({
        productName: item.product_name,
        quantity: item.quantity,
        price: item.price,
      })),
      ...(failure && { failureCode: failure.code }),
      ...(state && { paymentState: state }),
    },
  };
}
