import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { causeToWrite, verdictOf } from '@yorozu/lambda-shared/saga/failure';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';
import type { StockPort } from '@yorozu/lambda-shared/stock-client';

/**
 * Undoes reserve-stock and update-stock: holds are freed, deducted units come back, and an order that never reserved is
 * barred from doing so later. Succeeds when there is nothing to undo. Throws TransientError.
 */
export async function releaseStock(
  order: SagaOrder,
  deps: StepDeps & { stock: StockPort },
): Promise<{ released: boolean }> {
  const { items } = await deps.stock.release(order.orderId, { correlationId: order.correlationId });
  const released = items.length > 0;
  const entries = causeToWrite(order, verdictOf(order));
  if (released) entries.push({ type: 'StockReleased' });
  if (entries.length > 0) await recordStep(order, { status: 'processing', entries }, deps);
  return { released };
}
