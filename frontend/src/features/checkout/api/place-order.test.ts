import { idempotencyKeyFor, type OrderRequest } from './place-order';

const request = (quantity: number): OrderRequest => ({
  items: [{ productId: 'p', quantity }],
  shippingAddress: { name: '', postalCode: '', prefecture: '', city: '', line1: '', line2: '', phone: '' },
  payment: { token: 'tok_visa' },
  expectedTotal: 100 * quantity,
});

beforeEach(() => {
  sessionStorage.clear();
  let number = 0;
  Object.defineProperty(globalThis.crypto, 'randomUUID', {
    configurable: true,
    value: () => `key-${number++}`,
  });
});

it('the same order keeps its key, also after a reload', () => {
  const key = idempotencyKeyFor(request(1));
  expect(idempotencyKeyFor(request(1))).toBe(key);
});

it('another order has another key', () => {
  expect(idempotencyKeyFor(request(2))).not.toBe(idempotencyKeyFor(request(1)));
});
