import { createEvent } from '@yorozu/events';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';

/** Writes the final status and publishes the step and OrderCompleted in one call. Throws TransientError. */
export async function completeOrder(order: SagaOrder, deps: StepDeps): Promise<{ status: 'completed' }> {
  const { orderId, userId, totalAmount, currency, items, correlationId } = order;
  const notified = order.notification?.sent === true;
  await recordStep(
    order,
    { status: 'completed', entries: [{ type: 'OrderCompleted', key: 'final:OrderCompleted' }] },
    deps,
    () => [
      createEvent(
        'OrderCompleted',
        { orderId, userId, totalAmount, currency, items, notified },
        { correlationId },
      ),
    ],
  );
  return { status: 'completed' };
}
