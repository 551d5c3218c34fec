import { anOrder, MemoryEvents, MemoryHistory, MemoryPayments } from '@yorozu/lambda-shared/saga/testing';
import { failOrder } from './fail-order';
import { parkOrder } from './park-order';

const make = () => ({
  history: new MemoryHistory(),
  events: new MemoryEvents(),
  payments: new MemoryPayments(),
});

test('out of stock: nothing to undo, so the cause and the end come together', async () => {
  const deps = make();
  expect(await failOrder(anOrder({ error: { Error: 'OutOfStock' } }), deps)).toEqual({ status: 'failed' });
  expect(deps.history).toMatchObject({
    status: 'failed',
    types: ['OutOfStock', 'OrderFailed'],
    failure: { code: 'OUT_OF_STOCK' },
  });
  expect(deps.events.calls).toHaveLength(1);
  expect(deps.events.names).toEqual(['OrderStatusChanged', 'OrderStatusChanged', 'OrderFailed']);
});

test.each([
  ['PaymentDeclined', 'failed', 'OrderFailed', 'PAYMENT_DECLINED'],
  ['OrderCancelled', 'cancelled', 'OrderCancelled', 'ORDER_CANCELLED'],
  ['States.Timeout', 'failed', 'OrderFailed', 'STEP_FAILED'],
] as const)('after %s and its compensation the order is %s', async (Error, status, type, code) => {
  const deps = make();
  const order = anOrder({ error: { Error }, stockRelease: { released: true } });
  expect(await failOrder(order, deps)).toEqual({ status });
  expect(deps.history).toMatchObject({ status, types: [type], failure: { code } });
  expect(deps.events.names).toEqual(['OrderStatusChanged', type]);
});

test.each(['OutOfStock', 'TransientError'])(
  'an accepted cancel stands when %s comes as well',
  async (Error) => {
    const deps = make();
    deps.payments.state = 'cancelled';
    expect(await failOrder(anOrder({ error: { Error } }), deps)).toEqual({ status: 'cancelled' });
    expect(deps.history).toMatchObject({
      status: 'cancelled',
      types: ['OrderCancelled', 'OrderCancelled'],
      failure: { code: 'ORDER_CANCELLED' },
    });
    expect(deps.events.names.at(-1)).toBe('OrderCancelled');
  },
);

test('once an order has failed, no cancel and no capture can win', async () => {
  const deps = make();
  await failOrder(anOrder({ error: { Error: 'OutOfStock' } }), deps);
  expect(deps.payments.state).toBe('refunded');
});

test.each([
  [true, 'The order could not be completed. The payment was refunded in full.'],
  [false, 'The order could not be completed. Nothing was charged.'],
])('says what happened to the money (captured %s)', async (captured, message) => {
  const deps = make();
  if (captured) deps.payments.captures = 1;
  await failOrder(anOrder({ error: { Error: 'StockRefusal' }, refund: { refunded: captured } }), deps);
  expect(deps.history.failure).toMatchObject({ message });
});

test('what AWS says about an error stays inside', async () => {
  const deps = make();
  const error = { Error: 'StockRefusal', Cause: '{"errorMessage":"secret detail"}' };
  await failOrder(anOrder({ error }), deps);
  expect(JSON.stringify(deps.events.calls)).not.toContain('secret detail');
});

describe('compensation', () => {
  test('one that failed for good parks the order and raises the alarm', async () => {
    const history = new MemoryHistory();
    const alarm = jest.fn();
    expect(await parkOrder(anOrder(), { history, alarm })).toEqual({ parked: true });
    expect(history.parked).toBe(true);
    expect(alarm).toHaveBeenCalledTimes(1);
  });
});
