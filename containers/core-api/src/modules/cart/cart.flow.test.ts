import { createHash, randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { startTestDynamoDb } from '../../../../../scripts/lib/dynamodb';
import { Harness, orderBody, type Answer } from '../../testing/harness';
import { emptyCart } from './cart';
import { CartRepository } from './cart.repository';
import type { CartView } from './cart-view';

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

const recordOf = (sessionId: string) =>
  new GetCommand({ TableName: 'ecommerce-sessions', Key: { session_id: sessionId } });
const setCookie = (answer: Answer) => answer.headers.get('set-cookie') ?? '';
const sidOf = (answer: Answer) => /^sid=([^;]+)/.exec(setCookie(answer))?.[1] ?? '';
const quantities = (answer: Answer) =>
  Object.fromEntries(answer.json<CartView>().items.map((item) => [item.productId, item.quantity]));

async function fillGuestCart(lines: Record<string, number>): Promise<string> {
  let sid = '';
  for (const [productId, quantity] of Object.entries(lines)) {
    const headers: Record<string, string> = sid === '' ? {} : { cookie: `sid=${sid}` };
    sid = sidOf(await harness.call('/api/cart/items', { body: { productId, quantity }, headers }));
  }
  return sid;
}

describe('the cart of a guest', () => {
  it('lives behind a cookie that scripts cannot read', async () => {
    const productId = await harness.addProduct({ price: 500, available: 7 });
    const added = await harness.call('/api/cart/items', { body: { productId, quantity: 2 } });
    expect(added.status).toBe(200);
    expect(setCookie(added)).toMatch(/^sid=[0-9a-f-]{36}; Path=\/api; Max-Age=\d+; HttpOnly; SameSite=Lax$/);
    const headers = { cookie: `other=1; sid=${sidOf(added)}` };
    const seen = await harness.call('/api/cart', { headers });
    expect(seen.json()).toEqual({
      checkoutId: added.json()['checkoutId'],
      items: [{ productId, name: '南部鉄器の急須', price: 500, quantity: 2, available: 7, imageUrl: null }],
      subtotal: 1_000,
      currency: 'JPY',
    });
    const changed = await harness.call(`/api/cart/items/${productId}`, {
      method: 'PATCH',
      body: { quantity: 5 },
      headers,
    });
    expect(changed.json()).toMatchObject({ subtotal: 2_500 });
    const emptied = await harness.call(`/api/cart/items/${productId}`, { method: 'DELETE', headers });
    expect(emptied.json()).toEqual({ checkoutId: null, items: [], subtotal: 0, currency: 'JPY' });
  });

  it('is not found under a sid that we did not give out', async () => {
    const productId = await harness.addProduct();
    const user = await harness.signIn();
    await harness.call('/api/cart/items', { ...user, body: { productId, quantity: 1 } });
    for (const sid of [`user#${user.id}`, randomUUID(), '', '../x', 'a'.repeat(5_000)]) {
      const headers = { cookie: `sid=${sid}` };
      expect((await harness.call('/api/cart', { headers })).json()).toMatchObject({ items: [] });
      const added = await harness.call('/api/cart/items', { body: { productId, quantity: 1 }, headers });
      expect(sidOf(added)).not.toBe(sid);
      expect(quantities(added)).toEqual({ [productId]: 1 });
    }
  });

  it('is marked Secure behind TLS', async () => {
    const productId = await harness.addProduct();
    const headers = { 'x-forwarded-proto': 'https' };
    expect(
      setCookie(await harness.call('/api/cart/items', { body: { productId, quantity: 1 }, headers })),
    ).toMatch(/; Secure$/);
  });
});

describe('the cart of a user', () => {
  it('keeps every one of many changes at once', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        harness.call('/api/cart/items', { ...user, body: { productId, quantity: 1 } }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(200));
    expect(quantities(await harness.call('/api/cart', user))).toEqual({ [productId]: 5 });
  });

  it('refuses products and quantities that cannot be', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const add = async (body: object) => (await harness.call('/api/cart/items', { ...user, body })).json();
    expect(await add({ productId: randomUUID(), quantity: 1 })).toMatchObject({
      status: 404,
      code: 'PRODUCT_NOT_FOUND',
    });
    for (const quantity of [0, -1, 1.5, 100, '1', null])
      expect(await add({ productId, quantity })).toMatchObject({ status: 400 });
    const set = await harness.call(`/api/cart/items/${randomUUID()}`, {
      ...user,
      method: 'PATCH',
      body: { quantity: 1 },
    });
    expect(set.json()).toMatchObject({ status: 404, code: 'CART_ITEM_NOT_FOUND' });
  });
});

describe('adding more than there is', () => {
  it('adds what there is and says how many that was', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct({ available: 5 });
    const add = async (quantity: number) =>
      (await harness.call('/api/cart/items', { ...user, body: { productId, quantity } })).json();
    expect(await add(3)).toMatchObject({ added: 3, items: [{ quantity: 3 }] });
    expect(await add(3)).toMatchObject({ added: 2, items: [{ quantity: 5 }] });
    expect(await add(3)).toMatchObject({ added: 0, items: [{ quantity: 5 }] });
  });

  it('adds no more than 99 to a line, and nothing of what is sold out', async () => {
    const user = await harness.signIn();
    const [plenty, none] = [
      await harness.addProduct({ available: 500 }),
      await harness.addProduct({ available: 0 }),
    ];
    const add = async (productId: string, quantity: number) =>
      (await harness.call('/api/cart/items', { ...user, body: { productId, quantity } })).json();
    expect(await add(none, 1)).toMatchObject({ added: 0, items: [], checkoutId: null });
    expect(await add(plenty, 60)).toMatchObject({ added: 60 });
    expect(await add(plenty, 60)).toMatchObject({ added: 39, items: [{ quantity: 99 }] });
  });
});

describe('a product that is gone', () => {
  const remove = (...ids: string[]) =>
    harness.resources.postgres.query('update products set deleted_at = now() where id = any($1)', [ids]);
  const putIn = async (call: { token?: string; headers?: Record<string, string> }, productId: string) =>
    harness.call('/api/cart/items', { ...call, body: { productId, quantity: 1 } });

  it('is shown as gone, without a price, and can only be removed', async () => {
    const user = await harness.signIn();
    const [gone, sold] = [await harness.addProduct({ price: 900 }), await harness.addProduct({ price: 500 })];
    await putIn(user, gone);
    await putIn(user, sold);
    await remove(gone);
    const seen = await harness.call('/api/cart', { ...user, headers: { 'accept-language': 'en' } });
    expect(seen.json()).toMatchObject({
      items: [
        {
          productId: gone,
          name: 'Iron teapot',
          price: 0,
          quantity: 1,
          available: 0,
          imageUrl: null,
          gone: true,
        },
        { productId: sold, price: 500 },
      ],
      subtotal: 500,
    });
    expect(seen.json<CartView>().items[1]).not.toHaveProperty('gone');
    const path = `/api/cart/items/${gone}`;
    const set = await harness.call(path, { ...user, method: 'PATCH', body: { quantity: 2 } });
    expect(set.json()).toMatchObject({ status: 404, code: 'PRODUCT_NOT_FOUND' });
    expect((await putIn(user, gone)).json()).toMatchObject({ status: 404, code: 'PRODUCT_NOT_FOUND' });
    const removed = await harness.call(path, { ...user, method: 'DELETE' });
    expect(quantities(removed)).toEqual({ [sold]: 1 });
  });

  it('never fills a cart, nor keeps a guest cart out of it', async () => {
    const user = await harness.signIn();
    const ids = await Promise.all(Array.from({ length: 50 }, () => harness.addProduct()));
    for (const id of ids) await putIn(user, id);
    await remove(...ids);
    const [first, second] = [await harness.addProduct(), await harness.addProduct()];
    const added = await putIn(user, first);
    expect(added.json()).toMatchObject({ added: 1 });
    expect(added.json<CartView>().items).toHaveLength(50);
    const headers = { cookie: `sid=${await fillGuestCart({ [second]: 2 })}` };
    const merged = await harness.call('/api/cart', { ...user, headers });
    expect(quantities(merged)).toMatchObject({ [first]: 1, [second]: 2 });
    expect(merged.json<CartView>().items).toHaveLength(50);
  });

  it('is still there, as gone, after signing in with it', async () => {
    const user = await harness.signIn();
    const gone = await harness.addProduct();
    const headers = { cookie: `sid=${await fillGuestCart({ [gone]: 2 })}` };
    await remove(gone);
    for (const call of [{ headers }, { ...user, headers }]) {
      const seen = (await harness.call('/api/cart', call)).json();
      expect(seen).toMatchObject({ items: [{ productId: gone, quantity: 2, gone: true }], subtotal: 0 });
    }
  });

  it('cannot be ordered', async () => {
    const user = await harness.signIn();
    const gone = await harness.addProduct();
    await putIn(user, gone);
    await remove(gone);
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await harness.call('/api/orders', { ...user, body: orderBody(gone), headers });
    expect(answer.json()).toMatchObject({
      code: 'PRODUCT_NOT_FOUND',
      errors: [{ path: 'items[0].productId' }],
    });
  });
});

describe('merging at sign-in', () => {
  it('adds quantities, caps them by stock, and ends the guest cart', async () => {
    const [scarce, plenty] = [
      await harness.addProduct({ available: 5 }),
      await harness.addProduct({ available: 50 }),
    ];
    const user = await harness.signIn();
    await harness.call('/api/cart/items', { ...user, body: { productId: scarce, quantity: 4 } });
    const sid = await fillGuestCart({ [scarce]: 3, [plenty]: 2 });
    const headers = { cookie: `sid=${sid}` };
    const merged = await harness.call('/api/cart', { ...user, headers });
    expect(quantities(merged)).toEqual({ [scarce]: 5, [plenty]: 2 });
    expect(setCookie(merged)).toMatch(/^sid=; Path=\/api; Max-Age=0/);
    expect((await harness.call('/api/cart', { headers })).json()).toMatchObject({ items: [] });
    expect(quantities(await harness.call('/api/cart', { ...user, headers }))).toEqual({
      [scarce]: 5,
      [plenty]: 2,
    });
  });

  it('adds once when several requests bring the same guest cart at once', async () => {
    const productId = await harness.addProduct({ available: 99 });
    const user = await harness.signIn();
    const headers = { cookie: `sid=${await fillGuestCart({ [productId]: 3 })}` };
    await Promise.all(Array.from({ length: 4 }, () => harness.call('/api/cart', { ...user, headers })));
    expect(quantities(await harness.call('/api/cart', user))).toEqual({ [productId]: 3 });
  });

  it('counts once what a guest adds in the very moment of merging', async () => {
    const productId = await harness.addProduct({ available: 99 });
    const user = await harness.signIn();
    const sid = await fillGuestCart({ [productId]: 3 });
    const headers = { cookie: `sid=${sid}` };
    const find = CartRepository.prototype.find;
    let added = false;
    jest.spyOn(CartRepository.prototype, 'find').mockImplementation(async function (
      this: CartRepository,
      id,
    ) {
      if (id === `user#${user.id}` && !added) {
        added = true;
        await harness.call('/api/cart/items', { headers, body: { productId, quantity: 1 } });
      }
      return find.call(this, id);
    });
    const merged = await harness.call('/api/cart', { ...user, headers });
    jest.restoreAllMocks();
    expect(added).toBe(true);
    expect(quantities(merged)).toEqual({ [productId]: 4 });
    const carts = new CartRepository(harness.resources.dynamodb, harness.resources.env);
    expect((await carts.find(sid)).version).toBe(0);
  });
});

describe('a stored cart', () => {
  it('is not brought back by a change that was under way when it was removed', async () => {
    const carts = new CartRepository(harness.resources.dynamodb, harness.resources.env);
    const sid = randomUUID();
    expect(await carts.save(sid, emptyCart, undefined)).toBe(true);
    const seen = await carts.find(sid);
    expect(await carts.remove(sid, seen.version)).toBe(true);
    expect(await carts.save(sid, seen, undefined)).toBe(false);
    expect((await carts.find(sid)).version).toBe(0);
  });
});

describe('POST /api/ws-tickets', () => {
  it('keeps the hash of a ticket for 30 s', async () => {
    const user = await harness.signIn();
    const { ticket, url } = (await harness.call('/api/ws-tickets', { ...user, method: 'POST' })).json<{
      ticket: string;
      url: string;
    }>();
    expect(url).toBe('ws://localhost:3001');
    const hash = createHash('sha256').update(ticket).digest('hex');
    const { Item } = await harness.resources.dynamodb.send(recordOf(`ws-ticket#${hash}`));
    expect(Item).toMatchObject({ user_id: user.id });
    expect((Item as { ttl: number }).ttl - Date.now() / 1_000).toBeLessThanOrEqual(31);
  });
});
