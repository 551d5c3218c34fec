import { createHash, randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { startTestDynamoDb } from '../../../../../scripts/lib/dynamodb';
import { Harness, type Answer } from '../../testing/harness';
import { CartRepository } from './cart.repository';
import type { CartView } from './cart.service';

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
    expect(emptied.json()).toEqual({ items: [], subtotal: 0, currency: 'JPY' });
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
    await add({ productId, quantity: 60 });
    expect(await add({ productId, quantity: 60 })).toMatchObject({ status: 422, code: 'CART_LIMIT' });
    const set = await harness.call(`/api/cart/items/${randomUUID()}`, {
      ...user,
      method: 'PATCH',
      body: { quantity: 1 },
    });
    expect(set.json()).toMatchObject({ status: 404, code: 'CART_ITEM_NOT_FOUND' });
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

  it('adds nothing again when it was cut off before the guest cart was deleted', async () => {
    const productId = await harness.addProduct({ available: 99 });
    const user = await harness.signIn();
    const sid = await fillGuestCart({ [productId]: 3 });
    const carts = new CartRepository(harness.resources.dynamodb, harness.resources.env);
    const guest = await carts.find(sid);
    await harness.call('/api/cart', { ...user, headers: { cookie: `sid=${sid}` } });
    await carts.save(sid, { ...guest, version: guest.version - 1 }, undefined);
    expect((await carts.find(sid)).version).toBe(guest.version);
    const again = await harness.call('/api/cart', { ...user, headers: { cookie: `sid=${sid}` } });
    expect(quantities(again)).toEqual({ [productId]: 3 });
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
    const { Item } = await harness.resources.dynamodb.send(
      new GetCommand({ TableName: 'ecommerce-sessions', Key: { session_id: `ws-ticket#${hash}` } }),
    );
    expect(Item).toMatchObject({ user_id: user.id });
    expect((Item as { ttl: number }).ttl - Date.now() / 1_000).toBeLessThanOrEqual(31);
  });
});
