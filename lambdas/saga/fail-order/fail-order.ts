import { createEvent, type DomainEvent } from '@yorozu/events';
import { causeToWrite, verdictOf, type Verdict } from '@yorozu/lambda-shared/saga/failure';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/**
 * Closes an order that failed or was cancelled: the final status, its last step and the final event, published in one
 * call. Straight after ReserveStock (nothing to undo) it also writes the cause. Throws TransientError.
 */
export async function failOrder(order: SagaOrder, deps: StepDeps): Promise<{ status: Verdict['status'] }> {
  const verdict = verdictOf(order);
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
  const { orderId, userId, totalAmount, currency, items, customer, correlationId } = order;
  const detail = { orderId, userId, totalAmount, currency, items, customer };
  return status === 'cancelled'
    ? createEvent('OrderCancelled', detail, { correlationId })
    : createEvent('OrderFailed', { ...detail, failure }, { correlationId });
}
