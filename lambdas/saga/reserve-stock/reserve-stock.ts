import type { SagaOrder } from '@yorozu/lambda-shared/saga/order';
import { recordStep, type StepDeps } from '@yorozu/lambda-shared/saga/step';
import type { StockPort } from '@yorozu/lambda-shared/stock-client';

/**
 * Longer than the three forward steps can take with all their retries (step-functions/order-saga.test.ts adds them up);
 * the saga gives a hold back itself, so only what a lost execution leaves behind expires.
 */
export const holdSeconds = 5_400;

/**
 * Holds the stock of every item, all or nothing. Undone by release-stock, which also bars a reservation that comes late.
 * Throws OutOfStock (nothing held), StockRefusal, TransientError (outcome unknown).
 */
export async function reserveStock(
  order: SagaOrder,
  deps: StepDeps & { stock: StockPort },
): Promise<{ expiresAt?: string }> {
  const { orderId, correlationId } = order;
  const items = order.items.map(({ productId, quantity }) => ({ productId, quantity }));
  const reservation = await deps.stock.reserve(
    { orderId, items, ttlSeconds: holdSeconds },
    { correlationId },
  );
  await recordStep(order, { status: 'processing', entries: [{ type: 'StockReserved' }] }, deps);
  return reservation.expiresAt === undefined ? {} : { expiresAt: reservation.expiresAt };
}
