import { DomainError } from '@yorozu/lambda-shared/errors';
import type { Orders } from '@yorozu/lambda-shared/orders';
import type { Capture, PaymentProvider } from '@yorozu/lambda-shared/payments/port';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/** The order's record has no token (any more): the saga has gone on, or gone back, without this attempt. */
export class PaymentTokenMissing extends DomainError {
  override readonly name = 'PaymentTokenMissing';

  constructor(orderId: string) {
    super('PAYMENT_TOKEN_MISSING', `Order ${orderId} has no payment token`);
  }
}

/**
 * Captures the payment, at most once per order, with the token of the order's record, which the saga's next write erases.
 * Undone by refund-payment. Throws PaymentDeclined, OrderCancelled, PaymentVoided (came after the refund),
 * PaymentTokenMissing, PaymentTimeout (outcome unknown).
 */
export async function processPayment(
  order: SagaOrder,
  deps: StepDeps & { orders: Orders; payments: PaymentProvider },
): Promise<Capture> {
  const token = order.payment?.token ?? (await deps.orders.find(order))?.payment_token;
  if (token === undefined) throw new PaymentTokenMissing(order.orderId);
  const { orderId, userId, currency, totalAmount: amount } = order;
  const capture = await deps.payments.capture({ orderId, userId, amount, currency, token });
  const detail = { paymentId: capture.paymentId, amount: capture.amount, currency: capture.currency };
  await recordStep(order, { status: 'processing', entries: [{ type: 'PaymentCaptured', detail }] }, deps);
  return capture;
}
