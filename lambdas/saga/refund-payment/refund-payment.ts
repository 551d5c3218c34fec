import type { PaymentProvider } from '@yorozu/lambda-shared/payments/port';
import { causeToWrite, verdictOf, type Closed } from '@yorozu/lambda-shared/saga/failure';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/**
 * Undoes process-payment: gives back what was captured, and with nothing captured leaves a record that makes a later
 * capture or cancel fail. Throws TransientError.
 */
export async function refundPayment(
  order: SagaOrder,
  deps: StepDeps & { payments: PaymentProvider },
): Promise<Closed> {
  const { orderId, userId, currency } = order;
  const { refunded, cancelled, paymentId, amount } = await deps.payments.refund({
    orderId,
    userId,
    currency,
  });
  const entries = causeToWrite(order, verdictOf(order, { refunded, cancelled }));
  if (refunded) entries.push({ type: 'PaymentRefunded', detail: { paymentId, amount, currency } });
  if (entries.length > 0) await recordStep(order, { status: 'processing', entries }, deps);
  return { refunded, cancelled };
}
