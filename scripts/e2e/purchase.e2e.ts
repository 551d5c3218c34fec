import { randomUUID } from 'node:crypto';
import { checkInvariants } from '../lib/invariants';
import { address, ShopAdmin, ShopClient } from '../lib/shop-client';
import { endpoints } from './endpoints';

interface Cart {
  readonly checkoutId: string | null;
  readonly items: readonly { productId: string; quantity: number; gone?: true }[];
  readonly added?: number;
}

let admin: ShopAdmin;
const placed: string[] = [];

beforeAll(async () => {
  admin = await ShopAdmin.login(endpoints.gateway);
});

afterAll(async () => {
  expect(await checkInvariants(endpoints, placed)).toEqual([]);
});

const cartOf = async (shopper: ShopClient): Promise<Cart> =>
  (await shopper.send<Cart>('GET', '/api/cart')).body;

const add = async (shopper: ShopClient, productId: string, quantity: number): Promise<Cart> =>
  (await shopper.send<Cart>('POST', '/api/cart/items', { productId, quantity })).body;

describe('buying a cart', () => {
  it('gives one order for two cards from five tabs, completes it, and leaves an empty cart', async () => {
    const shopper = await ShopClient.register(endpoints.gateway);
    const productId = await admin.product(5);
    const { checkoutId } = await add(shopper, productId, 2);
    const cards = ['tok_visa', 'tok_timeout', 'tok_visa', 'tok_timeout', 'tok_visa'];
    const answers = await Promise.all(
      cards.map((token) =>
        shopper.placeOrder([{ productId, quantity: 2 }], { token, key: checkoutId ?? 'none' }),
      ),
    );
    const orderIds = [...new Set(answers.map((answer) => answer.body.orderId))];
    expect(orderIds).toHaveLength(1);
    for (const { status, body } of answers)
      expect(status === 202 ? 'accepted' : body.code).toMatch(/^(accepted|IDEMPOTENCY_KEY_REUSED)$/);
    placed.push(...orderIds);
    expect(await cartOf(shopper)).toMatchObject({ items: [], checkoutId: null });
    expect((await shopper.settled(orderIds[0] ?? '')).status).toBe('completed');
    const again = await add(shopper, productId, 9);
    expect(again).toMatchObject({ added: 3, items: [{ productId, quantity: 3 }] });
    expect(again.checkoutId).not.toBe(checkoutId);
  });

  it('shows a product that was taken out of the catalogue as gone, and no goods of it are received', async () => {
    const shopper = await ShopClient.register(endpoints.gateway);
    const productId = await admin.product(5);
    await add(shopper, productId, 1);
    expect((await admin.client.send('DELETE', `/api/products/${productId}`)).status).toBe(204);
    expect((await cartOf(shopper)).items).toMatchObject([{ productId, quantity: 1, gone: true }]);
    const path = `/api/cart/items/${productId}`;
    expect((await shopper.send('PATCH', path, { quantity: 2 })).body).toMatchObject({
      status: 404,
      code: 'PRODUCT_NOT_FOUND',
    });
    const goods = { quantity: 1, reference: randomUUID() };
    expect(
      (await admin.client.send('POST', `/api/admin/stock/${productId}/receive`, goods)).body,
    ).toMatchObject({ status: 404, code: 'PRODUCT_NOT_FOUND' });
    expect((await shopper.send<Cart>('DELETE', path)).body.items).toEqual([]);
  });
});

describe('the address book', () => {
  it('is the same on every device of a shopper and closed to others', async () => {
    const [shopper, other] = await Promise.all([
      ShopClient.register(endpoints.gateway),
      ShopClient.register(endpoints.gateway),
    ]);
    const path = `/api/users/me/addresses/${randomUUID()}`;
    const { line2: _, ...saved } = address;
    expect((await shopper.send('PUT', path, address)).body).toMatchObject(saved);
    expect((await shopper.send('GET', path)).body).toMatchObject(saved);
    for (const method of ['GET', 'DELETE']) expect((await other.send(method, path)).status).toBe(404);
    expect((await shopper.send('DELETE', path)).status).toBe(204);
  });
});
