import {
  anOrder,
  aRecord,
  MemoryEvents,
  MemoryHistory,
  MemoryOrders,
  MemoryPayments,
} from '@yorozu/lambda-shared/saga/testing';
import { processPayment } from './process-payment';

const make = (record = aRecord()) => ({
  orders: new MemoryOrders(record),
  history: new MemoryHistory(),
  events: new MemoryEvents(),
  payments: new MemoryPayments(),
});

test('captures the total and shows which payment', async () => {
  const deps = make();
  const capture = await processPayment(anOrder(), deps);
  expect(deps.orders.reads).toBe(1);
  expect(capture).toMatchObject({ paymentId: 'pay-1', amount: 15_000 });
  expect(JSON.stringify(capture)).not.toContain('tok_visa');
  expect(deps.history.entries).toEqual([
    expect.objectContaining({
      type: 'PaymentCaptured',
      detail: { paymentId: 'pay-1', amount: 15_000, currency: 'JPY' },
    }),
  ]);
});

test('captures once when it is repeated', async () => {
  const deps = make();
  deps.events.failNext = new Error('bus');
  await expect(processPayment(anOrder(), deps)).rejects.toThrow('bus');
  await processPayment(anOrder(), deps);
  expect(deps.payments.captures).toBe(1);
  expect(deps.history.types).toEqual(['PaymentCaptured']);
});

test.each([
  ['tok_chargeDeclined', 'none', 'PaymentDeclined'],
  ['tok_visa', 'cancelled', 'OrderCancelled'],
  ['tok_visa', 'refunded', 'PaymentVoided'],
] as const)(
  '%s on a payment that is %s ends as %s and leaves no trace in the history',
  async (token, state, name) => {
    const deps = make(aRecord({ payment_token: token }));
    deps.payments.state = state;
    await expect(processPayment(anOrder(), deps)).rejects.toMatchObject({ name });
    expect(deps.history.types).toEqual([]);
    expect(deps.payments.captures).toBe(0);
  },
);

test('an attempt that wakes up after the token was erased takes no money', async () => {
  const { payment_token: _, ...record } = aRecord();
  const deps = make(record);
  await expect(processPayment(anOrder(), deps)).rejects.toMatchObject({ name: 'PaymentTokenMissing' });
  expect(deps.payments.state).toBe('none');
});

test('an execution that began before the token moved to the record brings its own', async () => {
  const deps = make();
  await processPayment(anOrder({ payment: { token: 'tok_visa' } }), deps);
  expect(deps).toMatchObject({ orders: { reads: 0 }, payments: { captures: 1 } });
});
