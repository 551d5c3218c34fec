import { isFinal, type OrderStatus, type PaymentRecord } from '@yorozu/events';
import { NotCancellableError } from './errors';
import type { Order } from './order';

export interface CancelOrderDeps {
  readonly payments: {
    /** Claims the order's one payment record as cancelled; returns the state that stands, ours or an earlier one. */
    cancel(order: Order, userId: string): Promise<PaymentRecord['state']>;
  };
}

export interface CancelRequested {
  readonly orderId: string;
  /** The status now; the saga moves it to `cancelled` when it meets the record. */
  readonly status: OrderStatus;
}

/**
 * Cancels an order whose payment was not captured. The race with the saga's capture is decided by who writes the payment
 * record first. Cancelling again is fine; throws {@link NotCancellableError} when it is too late.
 */
export async function cancelOrder(
  order: Order,
  userId: string,
  deps: CancelOrderDeps,
): Promise<CancelRequested> {
  const { orderId, status } = order;
  if (status === 'cancelled') return { orderId, status };
  if (isFinal(status)) throw new NotCancellableError(`The order is ${status}`);
  const state = await deps.payments.cancel(order, userId);
  if (state === 'captured') throw new NotCancellableError('The payment is captured');
  // Declined, or closed by the saga because a step failed.
  if (state !== 'cancelled') throw new NotCancellableError('The order has failed already');
  return { orderId, status };
}
