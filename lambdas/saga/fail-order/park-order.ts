import type { OrderHistory, OrderKey } from '@yorozu/lambda-shared/order-history';

export interface ParkDeps {
  readonly history: Pick<OrderHistory, 'park'>;
  /** Raises the metric that the alarm watches. */
  readonly alarm: () => void;
}

/**
 * A compensation has failed for good: the order waits, marked, for the repair command, which runs the undo steps again
 * with this execution's input (see docs/runbooks).
 */
export async function parkOrder(order: OrderKey, deps: ParkDeps): Promise<{ parked: true }> {
  deps.alarm();
  await deps.history.park(order);
  return { parked: true };
}
