import { withUpdate, type Order } from './orders';

const order: Order = {
  orderId: 'o-1',
  status: 'processing',
  items: [],
  totalAmount: 100,
  currency: 'JPY',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  history: [
    { at: '2026-01-01T00:00:00.000Z', type: 'OrderPlaced' },
    { at: '2026-01-01T00:00:00.200Z', type: 'PaymentCaptured' },
  ],
};
const step = (at: string, type: string, status = 'processing') => ({
  orderId: 'o-1',
  status,
  event: { at: `2026-01-01T00:00:00.${at}Z`, type },
});

describe('a live step', () => {
  it('that arrives late stands where it belongs in time', () => {
    const types = withUpdate(order, step('100', 'StockReserved')).history.map((entry) => entry.type);
    expect(types).toEqual(['OrderPlaced', 'StockReserved', 'PaymentCaptured']);
  });
  it('that arrives twice is shown once', () => {
    expect(withUpdate(order, step('200', 'PaymentCaptured')).history).toHaveLength(2);
  });
  it('moves the status forward and never back', () => {
    const done = withUpdate(order, step('300', 'OrderCompleted', 'completed'));
    expect(done.status).toBe('completed');
    expect(withUpdate(done, step('250', 'StockDeducted', 'processing')).status).toBe('completed');
  });
});
