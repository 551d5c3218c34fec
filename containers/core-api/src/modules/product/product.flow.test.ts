import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, Harness } from '../../testing/harness';

interface Listed {
  items: { id: string; name: string; price: number; available: number }[];
  total: number;
}

let harness: Harness;
const receipts: unknown[] = [];
const stockService = createServer((request, response) => {
  void request.toArray().then((chunks) => {
    const receipt = JSON.parse(Buffer.concat(chunks as Buffer[]).toString()) as { reference: string };
    const known = receipts.some((one) => (one as typeof receipt).reference === receipt.reference);
    receipts.push(receipt);
    if (receipt.reference === 'other goods') {
      response.writeHead(409, { 'content-type': 'application/problem+json' });
      return response.end(
        JSON.stringify({ code: 'RECEIPT_MISMATCH', title: 'Receipt differs', detail: 'x' }),
      );
    }
    response.writeHead(known ? 200 : 201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...receipt, onHand: 12, available: 12 }));
  });
});

beforeAll(async () => {
  stockService.listen(0, '127.0.0.1');
  await once(stockService, 'listening');
  const { port } = stockService.address() as AddressInfo;
  harness = await Harness.start({
    env: { RATE_LIMIT_FACTOR: '100', STOCK_SERVICE_URL: `http://127.0.0.1:${port}` },
  });
});
afterAll(async () => {
  await harness.stop();
  stockService.closeAllConnections();
  stockService.close();
});

async function list(query: string, headers = {}): Promise<Listed> {
  return (await harness.call(`/api/products?${query}`, { headers })).json<Listed>();
}

/** As stock-service does: product, available, version. */
async function tell(levels: readonly [string, number, number][]): Promise<void> {
  await harness.resources.redis.publish('stock:changes', JSON.stringify(levels));
}

describe('the catalogue', () => {
  it('sorts, filters and pages without overlap', async () => {
    const ids: string[] = [];
    for (const price of [300, 100, 200, 100])
      ids.push(await harness.addProduct({ price, category: 'sorted' }));
    const pages = await Promise.all(
      [1, 2, 3].map((page) => list(`category=sorted&sort=price_asc&pageSize=2&page=${page}`)),
    );
    expect(pages.map((page) => page.items.length)).toEqual([2, 2, 0]);
    expect(pages.flatMap((page) => page.items.map((item) => item.price))).toEqual([100, 100, 200, 300]);
    expect(new Set(pages.flatMap((page) => page.items.map((item) => item.id)))).toEqual(new Set(ids));
    expect(pages[0]).toMatchObject({ page: 1, pageSize: 2, total: 4 });
    const down = await list('category=sorted&sort=price_desc');
    expect(down.items.map((item) => item.price)).toEqual([300, 200, 100, 100]);
    expect(await list("category=' or 1=1 --")).toMatchObject({ items: [], total: 0 });
  });

  it('answers in the language that is asked for', async () => {
    const id = await harness.addProduct({ category: 'languages' });
    const answer = await harness.call(`/api/products/${id}`, {
      headers: { 'accept-language': 'en-GB, ja;q=0.2' },
    });
    expect(answer.json()).toMatchObject({ name: 'Iron teapot', rating: { average: 0, count: 0 } });
    expect([answer.headers.get('vary'), answer.headers.get('content-language')]).toEqual([
      'accept-language',
      'en',
    ]);
    expect((await harness.call(`/api/products/${id.toUpperCase()}`)).json()).toMatchObject({
      id,
      name: '南部鉄器の急須',
    });
  });

  it('shows stock as it moves, without asking Postgres again', async () => {
    const id = await harness.addProduct({ category: 'live', available: 3 });
    expect((await list('category=live')).items[0]?.available).toBe(3);
    await tell([[id, 2, 5]]);
    await eventually(async () => {
      expect((await list('category=live')).items[0]?.available).toBe(2);
      expect((await harness.call(`/api/products/${id}`)).json()).toMatchObject({ available: 2 });
    });
  });

  it('does not take stock back, whoever tells late: a message, a load, an older Redis, an empty one', async () => {
    const { redis } = harness.resources;
    const [id, last] = [await harness.addProduct({ category: 'late' }), await harness.addProduct()];
    await list('category=late');
    await tell([[id, 2, 5]]);
    await tell([
      [id, 7, 4],
      [id, 8],
      [last, 1, 2],
    ] as [string, number, number][]);
    const available = async () => (await list('category=late')).items[0]?.available;
    await eventually(async () =>
      expect((await harness.call(`/api/products/${last}`)).json()).toMatchObject({ available: 1 }),
    );
    expect(await available()).toBe(2);
    const reloads = [
      { 'stock:available': 7, 'stock:row-versions': 3 }, // restored from an older file
      {}, // flushed
      { 'stock:available': 1, 'stock:row-versions': 6 },
    ];
    for (const hashes of reloads) {
      await redis.del('stock:available', 'stock:row-versions');
      for (const [key, value] of Object.entries(hashes)) await redis.hset(key, id, value);
      const marker = await harness.addProduct();
      await redis.hset('stock:available', marker, 0);
      await redis.hset('stock:row-versions', marker, 2);
      await redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await eventually(async () =>
        expect((await harness.call(`/api/products/${marker}`)).json()).toMatchObject({ available: 0 }),
      );
      expect(await available()).toBe('stock:available' in hashes && hashes['stock:available'] === 1 ? 1 : 2);
    }
  });

  it('shows what Postgres has where that is newer than what Redis told', async () => {
    const { postgres, redis } = harness.resources;
    const id = await harness.addProduct({ category: 'away', available: 9 });
    await tell([[id, 9, 1]]);
    await postgres.query('update stock set quantity = 4 where product_id = $1', [id]);
    await redis.publish('product:changes', '{}');
    await eventually(async () => expect((await list('category=away')).items[0]?.available).toBe(4));
  });

  it('does not keep a page whose reading began before the change and ended after it', async () => {
    const { postgres, redis } = harness.resources;
    const id = await harness.addProduct({ category: 'slow' });
    await redis.publish('product:changes', '{}');
    const lock = await postgres.connect();
    await lock.query('begin; lock table stock in access exclusive mode');
    const early = list('category=slow');
    await eventually(async () => {
      const waiting = "select 1 from pg_locks where not granted and relation = 'stock'::regclass";
      expect((await postgres.query(waiting)).rowCount).not.toBe(0);
    });
    await postgres.query('update products set price = 77 where id = $1', [id]);
    await redis.publish('product:changes', '{}');
    await lock.query('commit');
    lock.release();
    await early;
    await eventually(async () => expect((await list('category=slow')).items[0]?.price).toBe(77));
    expect((await list('category=slow')).items[0]?.price).toBe(77);
  });

  it('loads live stock anew after the connection was lost', async () => {
    const id = await harness.addProduct({ category: 'reconnect', available: 3 });
    await list('category=reconnect');
    await harness.resources.redis.hset('stock:available', id, 1);
    await harness.resources.redis.hset('stock:row-versions', id, 2);
    await harness.resources.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await eventually(async () => expect((await list('category=reconnect')).items[0]?.available).toBe(1));
  });

  it('counts categories', async () => {
    await harness.addProduct({ category: 'counted' });
    await harness.resources.redis.publish('product:changes', '{}');
    await eventually(async () =>
      expect((await harness.call('/api/categories')).json()).toContainEqual({ name: 'counted', count: 1 }),
    );
  });
});

describe('the back office', () => {
  const input = {
    name: '湯呑',
    nameEn: 'Cup',
    price: 1_200,
    category: 'cups',
    imageUrl: 'https://cdn.example/cup.png',
  };

  it('creates, changes and removes a product, each with audit entry and event, seen at once', async () => {
    const admin = await harness.signIn('admin');
    expect(await list('category=cups')).toMatchObject({ total: 0 });
    const created = await harness.call('/api/products', { ...admin, body: input });
    expect(created.status).toBe(201);
    const { id } = created.json<{ id: string }>();
    expect(created.headers.get('location')).toBe(`/api/products/${id}`);
    expect(await list('category=cups')).toMatchObject({
      total: 1,
      items: [{ id, price: 1_200, available: 0 }],
    });
    const changed = await harness.call(`/api/products/${id}`, {
      ...admin,
      method: 'PUT',
      body: { ...input, price: 1_300 },
    });
    expect(changed.json()).toMatchObject({ id, price: 1_300, nameEn: 'Cup' });
    expect((await harness.call(`/api/products/${id}`)).json()).toMatchObject({ price: 1_300 });
    expect((await harness.call(`/api/products/${id}`, { ...admin, method: 'DELETE' })).status).toBe(204);
    expect((await harness.call(`/api/products/${id}`)).json()).toMatchObject({
      status: 404,
      code: 'PRODUCT_NOT_FOUND',
    });
    expect((await harness.call(`/api/products/${id}`, { ...admin, method: 'DELETE' })).status).toBe(404);

    const { rows: events } = await harness.resources.postgres.query<{ detail: object }>(
      'select source, detail from outbox where aggregate_id = $1 order by id',
      [id],
    );
    expect(events).toMatchObject([
      {
        source: 'core-api.products',
        detail: { change: 'created', version: 1, product: { price: 1_200, stockVersion: 0 } },
      },
      { detail: { change: 'updated', version: 2, product: { price: 1_300 } } },
      { detail: { change: 'deleted', version: 3, product: null } },
    ]);
    const { rows: audit } = await harness.resources.postgres.query(
      `select action, actor_id, before->>'price' as before, after->>'price' as after from audit_log where entity_id = $1 order by id`,
      [id],
    );
    expect(audit).toEqual([
      { action: 'product.created', actor_id: admin.id, before: null, after: '1200' },
      { action: 'product.updated', actor_id: admin.id, before: '1200', after: '1300' },
      { action: 'product.deleted', actor_id: admin.id, before: '1300', after: null },
    ]);
  });

  it.each([
    ['name', 'two\nlines'],
    ['name', 'turned \u202e round'],
    ['nameEn', 'two\r\nlines'],
    ['category', 'two\u2028lines'],
  ])('takes no %s of %j: it stands in subjects of mails and in one line of a page', async (member, value) => {
    const admin = await harness.signIn('admin');
    const answer = await harness.call('/api/products', { ...admin, body: { ...input, [member]: value } });
    const paths = answer.json<{ errors?: { path: string }[] }>().errors?.map(({ path }) => path);
    expect([answer.status, paths]).toEqual([400, [member]]);
  });

  it('is closed to shoppers and guests', async () => {
    const shopper = await harness.signIn('customer');
    const id = await harness.addProduct();
    const calls = [
      ['/api/products', 'POST', input],
      [`/api/products/${id}`, 'PUT', input],
      [`/api/products/${id}`, 'DELETE', undefined],
      [`/api/products/${id}/image`, 'POST', { contentType: 'image/png', size: 1 }],
      ['/api/admin/stock', 'GET', undefined],
      [`/api/admin/stock/${id}/receive`, 'POST', { quantity: 1, reference: 'r' }],
    ] as const;
    for (const [path, method, body] of calls) {
      const as = (token?: string) =>
        harness.call(path, { method, body, ...(token !== undefined && { token }) });
      expect((await as(shopper.token)).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      expect((await as()).json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    }
  });

  it('signs an upload for one type and size', async () => {
    const admin = await harness.signIn('admin');
    const id = await harness.addProduct();
    const upload = async (body: object) =>
      (await harness.call(`/api/products/${id}/image`, { ...admin, body })).json();
    const { uploadUrl, imageUrl } = (await upload({ contentType: 'image/webp', size: 1_234 })) as Record<
      string,
      string
    >;
    const url = new URL(uploadUrl as string);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    expect(`${url.origin}${url.pathname}`).toBe(imageUrl);
    expect(imageUrl).toMatch(new RegExp(`/ecommerce-images/products/${id}/[0-9a-f-]+\\.webp$`));
    expect(await upload({ contentType: 'image/svg+xml', size: 1 })).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
    expect(await upload({ contentType: 'image/png', size: 6_000_000 })).toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });

  it('books goods through stock-service, once per reference, and audits it once', async () => {
    const admin = await harness.signIn('admin');
    const id = await harness.addProduct();
    const receive = (reference: string) =>
      harness.call(`/api/admin/stock/${id}/receive`, { ...admin, body: { quantity: 2, reference } });
    expect((await receive('delivery 1')).json()).toMatchObject({ productId: id, quantity: 2, available: 12 });
    expect([(await receive('delivery 2')).status, (await receive('delivery 2')).status]).toEqual([201, 200]);
    expect((await receive('two\nlines')).json()).toMatchObject({
      code: 'VALIDATION_FAILED',
      errors: [{ path: 'reference' }],
    });
    expect((await receive('other goods')).json()).toMatchObject({ status: 409, code: 'RECEIPT_MISMATCH' });
    const { rows } = await harness.resources.postgres.query(
      "select entity_id from audit_log where action = 'stock.received' and after->>'productId' = $1 order by id",
      [id],
    );
    expect(rows).toEqual([{ entity_id: 'delivery 1' }, { entity_id: 'delivery 2' }]);
  });

  it('lists stock, the scarcest first', async () => {
    const admin = await harness.signIn('admin');
    const sold = await harness.addProduct({ available: 0 });
    const { items, total } = (await harness.call('/api/admin/stock?pageSize=100', admin)).json<{
      items: { productId: string; available: number }[];
      total: number;
    }>();
    expect(items.map((item) => item.productId)).toContain(sold);
    expect(items.map((item) => item.available)).toEqual(
      items.map((item) => item.available).sort((a, b) => a - b),
    );
    expect(total).toBe(items.length);
  });
});

describe('GET and PATCH /api/users/me', () => {
  it('shows and changes whoever is signed in', async () => {
    const user = await harness.signIn();
    const { json } = await harness.call('/api/users/me', {
      ...user,
      method: 'PATCH',
      body: { name: ' 太郎 ', locale: 'en' },
    });
    expect(json()).toMatchObject({ id: user.id, name: '太郎', locale: 'en', roles: [] });
    expect((await harness.call('/api/users/me', user)).json()).toEqual(json());
    const bad = [{}, { name: '' }, { locale: 'fr' }, { email: 'x@example.com' }, [], 'x', null];
    for (const body of bad) {
      expect((await harness.call('/api/users/me', { ...user, method: 'PATCH', body })).status).toBe(400);
    }
  });
});
