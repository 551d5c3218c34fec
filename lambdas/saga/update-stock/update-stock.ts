import { DomainError } from '@yorozu/lambda-shared/errors';
import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';
import type { StockPort } from '@yorozu/lambda-shared/stock-client';

/** The sandbox was asked (tok_deductFails) to show what happens when a paid order cannot be deducted. */
export class SimulatedFailure extends DomainError {
  override readonly name = 'SimulatedFailure';

  constructor() {
    super('SIMULATED_FAILURE', 'The sandbox asked this step to fail');
  }
}

/**
 * Deducts what is held. Undone by refund-payment and release-stock, which brings deducted units back.
 * Throws StockRefusal (the hold is gone), SimulatedFailure, TransientError (outcome unknown).
 */
export async function updateStock(
  order: SagaOrder,
  deps: StepDeps & { stock: StockPort },
): Promise<{ deducted: true }> {
  if (order.payment?.simulate === 'deduction-failure') throw new SimulatedFailure();
  await deps.stock.commit(order.orderId, { correlationId: order.correlationId });
  await recordStep(order, { status: 'processing', entries: [{ type: 'StockDeducted' }] }, deps);
  return { deducted: true };
}
