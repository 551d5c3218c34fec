import { parseEnvelope } from '@yorozu/events';
import type { Notification } from '@yorozu/lambda-shared/notifications/notification';
import type { Notifier } from '@yorozu/lambda-shared/notifications/notifier';

const wanted = ['OrderCompleted', 'OrderFailed', 'OrderCancelled', 'UserRegistered'] as const;
type Envelope = ReturnType<typeof parseEnvelope<(typeof wanted)[number]>>;

/**
 * Tells the customer about one event, once however often the event comes. The body is the EventBridge envelope (the
 * topic delivers raw). Throws EventValidationError, NotHandedOver; the queue then brings the record again.
 */
export async function sendForEvent(body: string, notifier: Pick<Notifier, 'notify'>): Promise<void> {
  const notification = notificationOf(parseEnvelope(body, wanted));
  if (notification) await notifier.notify(notification);
}

/** Undefined where there is nothing to tell. */
function notificationOf(envelope: Envelope): Notification | undefined {
  const { detail } = envelope;
  if (!('orderId' in detail)) {
    const { userId, email, name, locale } = detail;
    return { kind: 'welcome', subjectId: userId, to: { email, name, locale } };
  }
  // The saga has sent the confirmation itself.
  if ('notified' in detail && detail.notified) return undefined;
  const kind =
    envelope['detail-type'] === 'OrderCompleted'
      ? 'order-confirmed'
      : envelope['detail-type'] === 'OrderFailed'
        ? 'order-failed'
        : 'order-cancelled';
  const failureCode = 'failure' in detail ? { failureCode: detail.failure.code } : {};
  return { kind, subjectId: detail.orderId, to: detail.customer, order: { ...detail, ...failureCode } };
}
