import { randomUUID } from 'node:crypto';
import type { Product } from '../product/product';
import type { User } from '../user/user';
import { IdempotencyKeyReusedError, PriceChangedError, UnknownProductsError } from './errors';
import { placeOrderInput } from './order.schemas';
import { placeOrder, type IdempotencyRecord, type NewOrder, type PlaceOrderDeps } from './place-order';

const userId = randomUUID();
const teapot = product({ price: 7_500 });
const towel = product({ price: 300, name: '手ぬぐい', nameEn: 'Towel' });

function product(change: Partial<Product> = {}): Product {
  return {
    id: randomUUID(),
    name: '急須',
    nameEn: 'Teapot',
    description: '',
    descriptionEn: '',
    price: 1,
    currency: 'JPY',
    category: 'kitchen',
    imageUrl: null,
    createdAt: '',
    updatedAt: '',
    available: 1,
    ...change,
  };
}

class InMemoryIntake {
  readonly orders: NewOrder[] = [];
  private readonly keys = new Map<string, IdempotencyRecord>();

  async accept(order: NewOrder): Promise<IdempotencyRecord> {
    const name = `${order.userId} ${order.key}`;
    const earlier = this.keys.get(name);
    if (earlier) return earlier;
    this.keys.set(name, order.record);
    this.orders.push(order);
    return order.record;
  }

  async find(user: string, key: string): Promise<IdempotencyRecord | undefined> {
    return this.keys.get(`${user} ${key}`);
  }
}

function setUp(locale: 'ja' | 'en' = 'ja') {
  const products = new Map([teapot, towel].map((one) => [one.id, one]));
  const intake = new InMemoryIntake();
  const user: User = { id: userId, email: 'a@example.com', name: '花子', locale, createdAt: '' };
  const deps: PlaceOrderDeps = {
    products: { findMany: async () => products },
    users: { findRecent: async (id) => (id === userId ? user : undefined) },
    intake,
  };
  const place = (key: string, change: object = {}, by = userId) => {
    const input = placeOrderInput.parse({
      items: [
        { productId: teapot.id, quantity: 2 },
        { productId: towel.id, quantity: 1 },
      ],
      shippingAddress: {
        name: '花子',
        postalCode: '1000001',
        prefecture: '東京都',
        city: '千代田区',
        line1: '1-1',
        phone: '090-0000-0000',
      },
      payment: { token: 'tok_visa' },
      ...change,
    });
    return placeOrder({ userId: by, key, input, correlationId: 'c-1' }, deps);
  };
  return { place, intake, products };
}

describe('placing an order', () => {
  it('takes prices and names from the catalogue', async () => {
    const { place, intake } = setUp();
    const accepted = await place('k1');
    expect(accepted).toEqual({
      orderId: expect.any(String),
      status: 'pending',
      totalAmount: 15_300,
      currency: 'JPY',
    });
    const [order] = intake.orders;
    expect(order?.event.detail).toMatchObject({
      orderId: accepted.orderId,
      userId,
      items: [
        { productId: teapot.id, productName: '急須', quantity: 2, price: 7_500 },
        { productId: towel.id, productName: '手ぬぐい', quantity: 1, price: 300 },
      ],
      metadata: { correlationId: 'c-1' },
    });
    expect(order?.personal).toMatchObject({
      shippingAddress: { postalCode: '100-0001' },
      customer: { email: 'a@example.com', name: '花子', locale: 'ja' },
      paymentToken: 'tok_visa',
    });
  });

  it("names products in the buyer's language", async () => {
    const { place, intake } = setUp('en');
    await place('k1');
    expect(intake.orders[0]?.event.detail.items[1]?.productName).toBe('Towel');
  });

  it('ignores a price that a client sends', async () => {
    const { place } = setUp();
    const items = [{ productId: teapot.id, quantity: 1, price: 1 }];
    await expect(place('k1', { items })).resolves.toMatchObject({ totalAmount: 7_500 });
  });

  it('refuses an expected total that is no longer right, and says what it is', async () => {
    const { place, intake } = setUp();
    const refusal = place('k1', { expectedTotal: 15_299 });
    await expect(refusal).rejects.toBeInstanceOf(PriceChangedError);
    await expect(refusal).rejects.toMatchObject({
      code: 'PRICE_CHANGED',
      errors: [{ path: 'expectedTotal', message: 'is 15300 now' }],
    });
    expect(intake.orders).toHaveLength(0);
    await expect(place('k1', { expectedTotal: 15_300 })).resolves.toBeDefined();
  });

  it('names the lines whose products are not for sale', async () => {
    const { place, products } = setUp();
    products.delete(towel.id);
    await expect(place('k1')).rejects.toMatchObject({ errors: [{ path: 'items[1].productId' }] });
    await expect(place('k1')).rejects.toBeInstanceOf(UnknownProductsError);
  });

  it('repeats its answer for the same key and body, whatever became of the catalogue', async () => {
    const { place, intake, products } = setUp();
    const first = await place('k1', { expectedTotal: 15_300 });
    products.set(teapot.id, { ...teapot, price: 9_999 });
    await expect(place('k1', { expectedTotal: 15_300 })).resolves.toEqual(first);
    products.clear();
    await expect(place('k1', { expectedTotal: 15_300 })).resolves.toEqual(first);
    expect(intake.orders).toHaveLength(1);
  });

  it('refuses a key that came with another body', async () => {
    const { place } = setUp();
    await place('k1');
    await expect(place('k1', { payment: { token: 'tok_other' } })).rejects.toBeInstanceOf(
      IdempotencyKeyReusedError,
    );
  });

  it('does not sell to somebody without an account', async () => {
    const { place } = setUp();
    await expect(place('k1', {}, randomUUID())).rejects.toMatchObject({ status: 401 });
  });
});
