import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { startTestDynamoDb } from '../../../../../scripts/lib/dynamodb';
import { Harness, orderBody, type Answer } from '../../testing/harness';
import { emptyCart } from './cart';
import { CartRepository } from './cart.repository';
import type { CartView } from './cart-view';
import { SettledCarts } from './settled-carts';

let harness: Harness;
let dynamodb: Awaited<ReturnType<typeof startTestDynamoDb>>;

beforeAll(async () => {
  dynamodb = await startTestDynamoDb();
  harness = await Harness.start({ awsEndpoint: dynamodb.url, env: { RATE_LIMIT_FACTOR: '100' } });
});
afterAll(async () => {
  await harness.stop();
  await dynamodb.stop();
});
afterEach(() => jest.restoreAllMocks());

interface User {
  readonly id: string;
  readonly token: string;
}

const add = async (user: User, productId: string, quantity: number): Promise<CartView> =>
  (await harness.call('/api/cart/items', { token: user.token, body: { productId, quantity } })).json();

const cartOf = async (user: User, headers: Record<string, string> = {}): Promise<CartView> =>
  (await harness.call('/api/cart', { token: user.token, headers })).json();

const linesOf = (cart: CartView) => cart.items.map(({ productId, quantity }) => [productId, quantity]);

function post(
  user: User,
  key: string | null,
  items: readonly (readonly [string, number])[],
  card = 'tok_visa',
): Promise<Answer> {
  const body = orderBody('', {
    items: items.map(([productId, quantity]) => ({ productId, quantity })),
    payment: { token: card },
  });
  return harness.call('/api/orders', { token: user.token, body, headers: { 'idempotency-key': key ?? '' } });
}

async function ordersOf(user: User): Promise<string[]> {
  const { items } = (await harness.call('/api/orders', user)).json<{ items: { orderId: string }[] }>();
  return items.map((order) => order.orderId);
}

/** As if core-api died between accepting an order and taking it out of the cart. */
function dieAfterAccepting(): void {
  jest.spyOn(SettledCarts.prototype, 'settleUser').mockRejectedValue(new Error('killed'));
}

describe('the checkoutId of a cart', () => {
  it('is made with the first line and kept while there is one', async () => {
    const user = await harness.signIn();
    const [one, other] = [await harness.addProduct(), await harness.addProduct()];
    expect((await cartOf(user)).checkoutId).toBeNull();
    const { checkoutId } = await add(user, one, 1);
    expect(checkoutId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await add(user, other, 1)).checkoutId).toBe(checkoutId);
    expect((await cartOf(user)).checkoutId).toBe(checkoutId);
    for (const id of [one, other])
      await harness.call(`/api/cart/items/${id}`, { token: user.token, method: 'DELETE' });
    expect((await cartOf(user)).checkoutId).toBeNull();
    expect((await add(user, one, 1)).checkoutId).not.toBe(checkoutId);
  });

  it("is the guest's after signing in, unless the user's cart has one", async () => {
    const productId = await harness.addProduct();
    const guestCart = async () => {
      const answer = await harness.call('/api/cart/items', { body: { productId, quantity: 1 } });
      const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
      return { headers: { cookie }, checkoutId: answer.json<CartView>().checkoutId };
    };
    const user = await harness.signIn();
    const first = await guestCart();
    expect((await cartOf(user, first.headers)).checkoutId).toBe(first.checkoutId);
    const second = await guestCart();
    const merged = await cartOf(user, second.headers);
    expect(linesOf(merged)).toEqual([[productId, 2]]);
    expect(merged.checkoutId).toBe(first.checkoutId);
  });
});

describe('buying a cart', () => {
  it('empties it with the order and ends the attempt', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const { checkoutId } = await add(user, productId, 2);
    expect((await post(user, checkoutId, [[productId, 2]])).status).toBe(202);
    expect(await cartOf(user)).toMatchObject({ items: [], checkoutId: null, subtotal: 0 });
  });

  it('gives one order for 20 cards at once, and names it to the 19 others', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const { checkoutId } = await add(user, productId, 2);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, card) => post(user, checkoutId, [[productId, 2]], `tok_${card}`)),
    );
    const [orderId, ...more] = await ordersOf(user);
    expect(more).toEqual([]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, ...Array<number>(19).fill(422)]);
    for (const answer of answers)
      expect(answer.json()).toMatchObject(
        answer.status === 202 ? { orderId } : { code: 'IDEMPOTENCY_KEY_REUSED', orderId },
      );
  });

  it('gives one order for two tabs that both show the cart', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    await add(user, productId, 1);
    const [one, other] = [await cartOf(user), await cartOf(user)];
    const bought = await post(user, one.checkoutId, [[productId, 1]]);
    expect((await post(user, other.checkoutId, [[productId, 1]])).text).toBe(bought.text);
    expect((await post(user, other.checkoutId, [[productId, 1]], 'tok_other')).json()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      orderId: bought.json()['orderId'],
    });
    expect(await ordersOf(user)).toHaveLength(1);
  });

  it.each(['answers and crashes', 'answers'])(
    'gives one order when the shop %s but nobody hears',
    async (how) => {
      const user = await harness.signIn();
      const productId = await harness.addProduct();
      const { checkoutId } = await add(user, productId, 1);
      if (how === 'answers and crashes') dieAfterAccepting();
      await post(user, checkoutId, [[productId, 1]]);
      const [orderId] = await ordersOf(user);
      // The page that is still open: the same again, then another card.
      expect((await post(user, checkoutId, [[productId, 1]])).json()).toMatchObject({ orderId });
      expect((await post(user, checkoutId, [[productId, 1]], 'tok_other')).json()).toMatchObject({ orderId });
      // The page after a reload: there is nothing to buy.
      expect(await cartOf(user)).toMatchObject({ items: [], checkoutId: null });
      expect(await ordersOf(user)).toEqual([orderId]);
    },
  );

  it('names the order that stands also when the price has changed and the product is gone since', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const { checkoutId } = await add(user, productId, 1);
    const { orderId } = (await post(user, checkoutId, [[productId, 1]])).json();
    await harness.resources.postgres.query('update products set deleted_at = now() where id = $1', [
      productId,
    ]);
    expect(
      (await post(user, checkoutId?.toUpperCase() ?? '', [[productId, 1]], 'tok_other')).json(),
    ).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', orderId });
  });

  it('leaves in the cart what was put in meanwhile or is more than was ordered', async () => {
    const user = await harness.signIn();
    const [one, other] = [await harness.addProduct(), await harness.addProduct()];
    const { checkoutId } = await add(user, one, 3);
    await add(user, other, 1);
    await post(user, checkoutId, [[one, 2]]);
    const rest = await cartOf(user);
    expect(linesOf(rest)).toEqual([
      [one, 1],
      [other, 1],
    ]);
    expect(rest.checkoutId).toMatch(/^[0-9a-f-]{36}$/);
    expect(rest.checkoutId).not.toBe(checkoutId);
    expect((await cartOf(user)).checkoutId).toBe(rest.checkoutId);
    expect((await post(user, rest.checkoutId, [[one, 1]])).status).toBe(202);
    expect(await ordersOf(user)).toHaveLength(2);
  });

  it('loses nothing that other tabs put in while one buys', async () => {
    const user = await harness.signIn();
    const [one, other] = [await harness.addProduct(), await harness.addProduct()];
    const { checkoutId } = await add(user, one, 5);
    const [bought] = await Promise.all([
      post(user, checkoutId, [[one, 5]]),
      ...Array.from({ length: 4 }, () => add(user, other, 1)),
      ...Array.from({ length: 4 }, () => cartOf(user)),
    ]);
    expect(bought.status).toBe(202);
    expect(linesOf(await cartOf(user))).toEqual([[other, 4]]);
  });

  it('lets other clients order with keys of their own, which do not touch the cart', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const { checkoutId } = await add(user, productId, 2);
    expect((await post(user, randomUUID(), [[productId, 2]])).status).toBe(202);
    expect(await cartOf(user)).toMatchObject({ checkoutId, items: [{ quantity: 2 }] });
  });

  it("cannot be done with another user's checkoutId", async () => {
    const [user, other] = [await harness.signIn(), await harness.signIn()];
    const productId = await harness.addProduct();
    const { checkoutId } = await add(user, productId, 2);
    expect((await post(other, checkoutId, [[productId, 2]])).status).toBe(202);
    expect(await cartOf(user)).toMatchObject({ checkoutId, items: [{ quantity: 2 }] });
  });

  it('takes what was bought right after signing in out of the guest cart, not into the cart', async () => {
    const [productId, kept] = [await harness.addProduct(), await harness.addProduct()];
    const guest = await harness.call('/api/cart/items', { body: { productId, quantity: 2 } });
    const headers = { cookie: guest.headers.get('set-cookie')?.split(';')[0] ?? '' };
    const user = await harness.signIn();
    await add(user, kept, 1);
    const { checkoutId } = guest.json<CartView>();
    expect((await post(user, checkoutId, [[productId, 2]])).status).toBe(202);
    expect(linesOf(await cartOf(user, headers))).toEqual([[kept, 1]]);
  });
});

describe('a checkout that was left open for weeks', () => {
  const dayMs = 24 * 3_600_000;
  const longAgo = () => uuidv7({ msecs: Date.now() - 31 * dayMs });

  it('is over: the cart has a new checkoutId, and the old one orders nothing', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const carts = new CartRepository(harness.resources.dynamodb, harness.resources.env);
    const old = longAgo();
    const lines = [{ productId, quantity: 1 }];
    await carts.save(`user#${user.id}`, { ...emptyCart, checkoutId: old, lines }, user.id);
    const { checkoutId } = await cartOf(user);
    expect(checkoutId).not.toBe(old);
    expect((await cartOf(user)).checkoutId).toBe(checkoutId);
    expect((await post(user, old, [[productId, 1]])).json()).toMatchObject({
      status: 409,
      code: 'CHECKOUT_EXPIRED',
    });
    expect(await ordersOf(user)).toEqual([]);
    expect((await post(user, checkoutId, [[productId, 1]])).status).toBe(202);
  });

  it('still answers with the order it gave', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const accepted = await post(user, 'mine', [[productId, 1]]);
    const old = longAgo();
    await harness.resources.postgres.query('update idempotency_keys set key = $2 where user_id = $1', [
      user.id,
      old,
    ]);
    expect((await post(user, old, [[productId, 1]])).text).toBe(accepted.text);
    expect((await post(user, old, [[productId, 2]])).json()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      orderId: accepted.json()['orderId'],
    });
  });
});

describe('a crash between accepting an order and emptying the cart', () => {
  async function bought(quantity = 2) {
    const user = await harness.signIn();
    const productId = await harness.addProduct({ available: 50 });
    const { checkoutId } = await add(user, productId, quantity);
    dieAfterAccepting();
    const answer = await post(user, checkoutId, [[productId, 2]]);
    expect(answer.status).toBe(202);
    return { user, productId, checkoutId, orderId: answer.json<{ orderId: string }>().orderId };
  }

  it('leaves a cart that is empty at the next read and cannot be ordered again', async () => {
    const { user, productId, checkoutId, orderId } = await bought();
    const stored = new CartRepository(harness.resources.dynamodb, harness.resources.env);
    expect(await stored.find(`user#${user.id}`)).toMatchObject({ checkoutId, lines: [{ quantity: 2 }] });
    const again = await post(user, checkoutId, [[productId, 2]], 'tok_other');
    expect(again.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', orderId });
    expect(await cartOf(user)).toMatchObject({ items: [], checkoutId: null });
    expect(await stored.find(`user#${user.id}`)).toMatchObject({ checkoutId: null, lines: [] });
    expect(await ordersOf(user)).toEqual([orderId]);
  });

  it('takes nothing from what is put back after the order failed', async () => {
    const { user, productId, checkoutId } = await bought();
    const restored = await add(user, productId, 2);
    expect(linesOf(restored)).toEqual([[productId, 2]]);
    expect(restored.checkoutId).not.toBe(checkoutId);
    expect(await cartOf(user)).toMatchObject({ checkoutId: restored.checkoutId, items: [{ quantity: 2 }] });
  });

  it('is settled by a change of quantity, a removal and a merge as well', async () => {
    const set = await bought(3);
    const path = `/api/cart/items/${set.productId}`;
    const patched = await harness.call(path, {
      token: set.user.token,
      method: 'PATCH',
      body: { quantity: 5 },
    });
    expect(linesOf(patched.json())).toEqual([[set.productId, 5]]);
    expect(patched.json<CartView>().checkoutId).not.toBe(set.checkoutId);

    const removed = await bought();
    const other = await harness.addProduct();
    const deleted = await harness.call(`/api/cart/items/${other}`, {
      token: removed.user.token,
      method: 'DELETE',
    });
    expect(deleted.json()).toMatchObject({ items: [], checkoutId: null });

    const merged = await bought();
    const guest = await harness.call('/api/cart/items', {
      body: { productId: merged.productId, quantity: 7 },
    });
    const headers = { cookie: guest.headers.get('set-cookie')?.split(';')[0] ?? '' };
    const cart = await cartOf(merged.user, headers);
    expect(linesOf(cart)).toEqual([[merged.productId, 7]]);
    expect(cart.checkoutId).toBe(guest.json<CartView>().checkoutId);
  });

  it('is settled once by many requests at once', async () => {
    const { user, productId } = await bought(5);
    const carts = await Promise.all(Array.from({ length: 10 }, () => cartOf(user)));
    expect(carts.map(linesOf)).toEqual(Array(10).fill([[productId, 3]]));
    expect(new Set(carts.map((cart) => cart.checkoutId)).size).toBe(1);
  });
});
