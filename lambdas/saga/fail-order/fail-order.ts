import { createEvent, type DomainEvent } from '@yorozu/events';
import type { PaymentProvider } from '@yorozu/lambda-shared/payments/port';
import { causeToWrite, verdictOf, type Verdict } from '@yorozu/lambda-shared/saga/failure';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/**
 * Closes an order that failed or was cancelled: the final status, its last step and the final event, published in one
 * call. Straight after ReserveStock (nothing to undo) it also writes the cause.
 *
 * The payment is closed first, so that the one payment record decides between a failure and a cancel as it decides between
 * a capture and a cancel: whoever was told 202 is cancelled, and after the end nobody is told so. Throws TransientError.
 */
export async function failOrder(
  order: SagaOrder,
  deps: StepDeps & { payments: Pick<PaymentProvider, 'refund'> },
): Promise<{ status: Verdict['status'] }> {
  const verdict = verdictOf(order, await deps.payments.refund(order));
  const { status, failure } = verdict;
  const type = status === 'cancelled' ? 'OrderCancelled' : 'OrderFailed';
  await recordStep(
    order,
    { status, entries: [...causeToWrite(order, verdict), { type, key: `final:${type}` }], failure },
    deps,
    () => [finalEvent(order, verdict)],
  );
  return { status };
}

function finalEvent(order: SagaOrder, { status, failure }: Verdict): DomainEvent {
  const { orderId, userId, totalAmount, currency, items, correlationId } = order;
  const detail = { orderId, userId, totalAmount, currency, items };
  return status === 'cancelled'
    ? createEvent('OrderCancelled', detail, { correlationId })
    : createEvent('OrderFailed', { ...detail, failure }, { correlationId });
}
