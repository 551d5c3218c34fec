import { anOrder, MemoryEvents, MemoryHistory, MemoryPayments } from '@yorozu/lambda-shared/saga/testing';
import { refundPayment } from './refund-payment';

const make = () => ({
  history: new MemoryHistory(),
  events: new MemoryEvents(),
  payments: new MemoryPayments(),
});
const failed = anOrder({
  error: { Error: 'StockRefusal' },
  stockReservation: {},
  payment: { paymentId: 'pay-1' },
});
const capture = {
  orderId: failed.orderId,
  userId: failed.userId,
  amount: 15_000,
  currency: 'JPY',
  token: 'tok_visa',
};

describe('compensation', () => {
  test('gives back what was captured, and tells which step failed', async () => {
    const deps = make();
    await deps.payments.capture(capture);
    expect(await refundPayment(failed, deps)).toEqual({ refunded: true, cancelled: false });
    expect(deps.payments.state).toBe('refunded');
    expect(deps.history.entries).toEqual([
      expect.objectContaining({ type: 'StepFailed', detail: { step: 'UpdateStock' } }),
      expect.objectContaining({
        type: 'PaymentRefunded',
        detail: { paymentId: 'pay-1', amount: 15_000, currency: 'JPY' },
      }),
    ]);
  });

  test('with nothing captured it succeeds and bars a capture that comes late', async () => {
    const deps = make();
    const order = anOrder({ error: { Error: 'States.Timeout' }, stockReservation: {} });
    expect(await refundPayment(order, deps)).toEqual({ refunded: false, cancelled: false });
    expect(deps.history.entries).toEqual([
      expect.objectContaining({ type: 'StepFailed', detail: { step: 'ProcessPayment' } }),
    ]);
    await expect(deps.payments.capture(capture)).rejects.toMatchObject({ code: 'PAYMENT_VOIDED' });
  });

  test('finds the cancel that came first, and says so instead of the step that failed', async () => {
    const deps = make();
    deps.payments.state = 'cancelled';
    const order = anOrder({ error: { Error: 'TransientError' } });
    expect(await refundPayment(order, deps)).toEqual({ refunded: false, cancelled: true });
    expect(deps.history.types).toEqual(['OrderCancelled']);
  });

  test('refunds once when it is repeated', async () => {
    const deps = make();
    await deps.payments.capture(capture);
    deps.events.failNext = new Error('bus');
    await expect(refundPayment(failed, deps)).rejects.toThrow('bus');
    expect(await refundPayment(failed, deps)).toEqual({ refunded: true, cancelled: false });
    expect(deps.history.types).toEqual(['StepFailed', 'PaymentRefunded']);
  });
});
