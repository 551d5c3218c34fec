/** The life of an order, shared by everything that reads or writes one. */
export const orderStatuses = ['pending', 'processing', 'completed', 'failed', 'cancelled'] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Allowed transitions; every write of a status is conditional on one of the statuses it may come from. */
export const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ['processing', 'failed', 'cancelled'],
  processing: ['completed', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** The statuses from which an order may enter `target`. */
export function statusesBefore(target: OrderStatus): OrderStatus[] {
  return orderStatuses.filter((status) => orderTransitions[status].includes(target));
}

export function isFinal(status: OrderStatus): boolean {
  return orderTransitions[status].length === 0;
}

export const historyTypes = [
  'OrderPlaced',
  'StockReserved',
  'PaymentCaptured',
  'StockDeducted',
  'NotificationSent',
  'OrderCompleted',
  'OutOfStock',
  'PaymentDeclined',
  'OrderCancelled',
  'StepFailed',
  'PaymentRefunded',
  'StockReleased',
  'OrderFailed',
] as const;
export type HistoryType = (typeof historyTypes)[number];
