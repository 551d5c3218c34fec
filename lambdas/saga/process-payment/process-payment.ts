import type { Capture, PaymentProvider } from '@yorozu/lambda-shared/payments/port';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, SagaInputInvalid, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/**
 * Captures the payment, at most once per order. Its result replaces the order's `payment`, so the token travels no
 * further. Undone by refund-payment. Throws PaymentDeclined, OrderCancelled, PaymentVoided (came after the refund),
 * PaymentTimeout (outcome unknown).
 */
export async function processPayment(
  order: SagaOrder,
  deps: StepDeps & { payments: PaymentProvider },
): Promise<Capture> {
  const token = order.payment?.token;
  if (token === undefined) throw new SagaInputInvalid('payment.token is missing');
  const { orderId, userId, currency, totalAmount: amount } = order;
  const capture = await deps.payments.capture({ orderId, userId, amount, currency, token });
  const detail = { paymentId: capture.paymentId, amount: capture.amount, currency: capture.currency };
  await recordStep(order, { status: 'processing', entries: [{ type: 'PaymentCaptured', detail }] }, deps);
  return capture;
}
