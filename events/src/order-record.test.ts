import { paymentState, type OrderRecord } from './order-record';
import type { HistoryType, OrderStatus } from './order-status';

test.each<[OrderStatus, HistoryType[], string | undefined]>([
  ['pending', ['OrderPlaced'], undefined],
  ['processing', ['OrderPlaced', 'StockReserved'], undefined],
  ['processing', ['StockReserved', 'PaymentCaptured'], 'captured'],
  ['completed', ['StockReserved', 'PaymentCaptured', 'StockDeducted', 'OrderCompleted'], 'captured'],
  ['failed', ['OutOfStock', 'OrderFailed'], 'none'],
  ['failed', ['StepFailed', 'OrderFailed'], 'none'],
  ['failed', ['PaymentDeclined', 'StockReleased', 'OrderFailed'], 'declined'],
  ['failed', ['PaymentCaptured', 'StepFailed', 'PaymentRefunded', 'OrderFailed'], 'refunded'],
  // Captured by an attempt that timed out before it could write so.
  ['failed', ['StepFailed', 'PaymentRefunded', 'OrderFailed'], 'refunded'],
  ['cancelled', ['OrderCancelled', 'StockReleased', 'OrderCancelled'], 'cancelled'],
])('the money of an order that is %s after %j is %s', (status, types, expected) => {
  const history: OrderRecord['history'] = types.map((type) => ({ at: '', type }));
  expect(paymentState({ status, history })).toBe(expected);
});
