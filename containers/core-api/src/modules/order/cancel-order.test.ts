import type { OrderStatus, PaymentRecord } from '@yorozu/events';
import { cancelOrder } from './cancel-order';
import type { Order } from './order';

const order = (status: OrderStatus): Order => ({
  orderId: 'o-1',
  status,
  items: [],
  totalAmount: 1,
  currency: 'JPY',
  shippingAddress: {},
  createdAt: '',
  updatedAt: '',
  history: [],
});

/** A payments table in which `first` was there before us. */
function payments(first?: PaymentRecord['state']) {
  let state = first;
  return { payments: { cancel: async () => (state ??= 'cancelled') } };
}

describe('cancelling an order', () => {
  it.each(['pending', 'processing'] as const)(
    'works while it is %s and nothing is captured',
    async (status) => {
      await expect(cancelOrder(order(status), 'u', payments())).resolves.toEqual({ orderId: 'o-1', status });
    },
  );

  it('may be asked for twice', async () => {
    await expect(cancelOrder(order('processing'), 'u', payments('cancelled'))).resolves.toBeDefined();
    await expect(cancelOrder(order('cancelled'), 'u', payments('captured'))).resolves.toMatchObject({
      status: 'cancelled',
    });
  });

  it.each(['captured', 'declined', 'refunded'] as const)('loses to a payment that is %s', async (state) => {
    await expect(cancelOrder(order('processing'), 'u', payments(state))).rejects.toMatchObject({
      code: 'NOT_CANCELLABLE',
    });
  });

  it.each(['completed', 'failed'] as const)('is too late when the order is %s', async (status) => {
    await expect(cancelOrder(order(status), 'u', payments())).rejects.toMatchObject({ status: 409 });
  });
});
