import { randomUUID } from 'node:crypto';
import { address, ShopAdmin, ShopClient, type Answer } from '../lib/shop-client';
import { endpoints } from './endpoints';

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  correlationId: string;
  errors?: { path: string; message: string }[];
}

let shopper: ShopClient;
let productId: string;

beforeAll(async () => {
  const admin = await ShopAdmin.login(endpoints.gateway);
  [shopper, productId] = await Promise.all([ShopClient.register(endpoints.gateway), admin.product(5)]);
});

/** Every refusal is a 4xx problem+json with a stable code and the correlation id of the response. */
function expectProblem(answer: Answer<Problem>, status: number): void {
  expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([
    status,
    'application/problem+json',
  ]);
  expect(answer.body).toEqual(
    expect.objectContaining({
      status,
      title: expect.any(String),
      detail: expect.any(String),
      code: expect.stringMatching(/^[A-Z][A-Z_]+$/),
    }),
  );
  expect(answer.body.correlationId).toBe(answer.headers.get('x-correlation-id'));
}

const unknown = '00000000-0000-4000-8000-000000000000';
const order = (change: object): object => ({
  items: [{ productId, quantity: 1 }],
  shippingAddress: address,
  payment: { token: 'tok_visa' },
  ...change,
});

describe('POST /api/orders refuses, naming the member', () => {
  const item =
    (change: object): (() => object) =>
    () =>
      order({ items: [{ productId, quantity: 1, ...change }] });
  const cases: [string, () => object | string, string][] = [
    ['broken JSON', () => '{"items":[', ''],
    ['an array', () => [], ''],
    ['a string', () => '"order"', ''],
    ['null', () => 'null', ''],
    ['nothing', () => ({}), 'items'],
    ['no items', () => order({ items: [] }), 'items'],
    ['items that are no list', () => order({ items: 'one' }), 'items'],
    [
      'two hundred items',
      () => order({ items: Array.from({ length: 200 }, () => ({ productId: randomUUID(), quantity: 1 })) }),
      'items',
    ],
    ['a negative quantity', item({ quantity: -1 }), 'quantity'],
    ['a quantity of zero', item({ quantity: 0 }), 'quantity'],
    ['a huge quantity', item({ quantity: 1e15 }), 'quantity'],
    ['half a piece', item({ quantity: 0.5 }), 'quantity'],
    ['a quantity in words', item({ quantity: '1' }), 'quantity'],
    ['a product id that is none', item({ productId: 'x' }), 'productId'],
    ['an id with an injection', item({ productId: "'; drop table products; --" }), 'productId'],
    ['no address', () => order({ shippingAddress: undefined }), 'shippingAddress'],
    [
      'a wrong postal code',
      () => order({ shippingAddress: { ...address, postalCode: 'abc' } }),
      'postalCode',
    ],
    ['an endless name', () => order({ shippingAddress: { ...address, name: 'x'.repeat(5_000) } }), 'name'],
    ['no payment', () => order({ payment: undefined }), 'payment'],
    ['a payment token that is a number', () => order({ payment: { token: 5 } }), 'token'],
    ['an expected total in words', () => order({ expectedTotal: 'cheap' }), 'expectedTotal'],
    ['a negative expected total', () => order({ expectedTotal: -5 }), 'expectedTotal'],
  ];

  it.each(cases)('%s', async (_, body, member) => {
    const value = body();
    const answer = await shopper.send<Problem>('POST', '/api/orders', undefined, {
      raw: typeof value === 'string' ? value : JSON.stringify(value),
      headers: { 'idempotency-key': randomUUID() },
    });
    expectProblem(answer, 400);
    if (member) expect(answer.body.errors?.map((error) => error.path).join(' ')).toContain(member);
  });

  it('an unknown product', async () => {
    const answer = await shopper.send<Problem>(
      'POST',
      '/api/orders',
      order({ items: [{ productId: unknown, quantity: 1 }] }),
      {
        headers: { 'idempotency-key': randomUUID() },
      },
    );
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expectProblem(answer, answer.status);
    expect(answer.body.code).toBe('PRODUCT_NOT_FOUND');
  });

  it('no idempotency key', async () => {
    const answer = await shopper.send<Problem>('POST', '/api/orders', order({}));
    expectProblem(answer, 400);
    expect(answer.body.code).toBe('IDEMPOTENCY_KEY_REQUIRED');
  });

  it('an endless idempotency key', async () => {
    expectProblem(
      await shopper.send('POST', '/api/orders', order({}), {
        headers: { 'idempotency-key': 'k'.repeat(300) },
      }),
      400,
    );
  });

  it('a body that is too large', async () => {
    const answer = await shopper.send<Problem>('POST', '/api/orders', undefined, {
      raw: JSON.stringify(order({ note: 'x'.repeat(2_000_000) })),
      headers: { 'idempotency-key': randomUUID() },
    });
    expectProblem(answer, 413);
  });

  it('a content type that is not JSON', async () => {
    const answer = await shopper.send<Problem>('POST', '/api/orders', undefined, {
      raw: 'items=1',
      headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    });
    expectProblem(answer, 415);
  });

  it('and has left nothing half-written', async () => {
    const list = await shopper.send<{ items: unknown[] }>('GET', '/api/orders');
    expect(list.body.items).toEqual([]);
  });
});

describe('tokens', () => {
  const forged = [
    ['no token', undefined],
    ['a scheme that is not Bearer', 'Basic dXNlcjpwYXNz'],
    ['noise', 'Bearer noise'],
    ['an unsigned token', `Bearer ${b64({ alg: 'none' })}.${b64({ sub: unknown, exp: 4e9 })}.`],
    [
      'a token signed with a public value',
      `Bearer ${b64({ alg: 'HS256', typ: 'JWT' })}.${b64({ sub: unknown, roles: ['admin'], exp: 4e9 })}.c2ln`,
    ],
  ] as const;

  it.each(forged)('%s: 401', async (_, authorization) => {
    const anonymous = new ShopClient(endpoints.gateway);
    for (const [method, path] of [
      ['GET', '/api/orders'],
      ['GET', `/api/orders/${unknown}`],
      ['POST', '/api/orders'],
      ['GET', '/api/users/me'],
      ['POST', '/api/ws-tickets'],
      ['GET', '/api/admin/stock'],
    ] as const) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const answer = await anonymous.send<Problem>(method, path, method === 'POST' ? {} : undefined, {
        headers,
      });
      expectProblem(answer, 401);
    }
  });

  it('a good token with another payload is refused', async () => {
    const [header, , signature] = shopper.accessToken.split('.');
    const payload = b64({
      sub: shopper.userId,
      roles: ['admin'],
      iss: endpoints.gateway,
      aud: 'yorozu',
      exp: 4e9,
    });
    const answer = await new ShopClient(endpoints.gateway).send<Problem>(
      'GET',
      '/api/admin/stock',
      undefined,
      {
        headers: { authorization: `Bearer ${header}.${payload}.${signature}` },
      },
    );
    expectProblem(answer, 401);
  });

  it('a shopper is no administrator: 403', async () => {
    const attempts: [string, string, object?][] = [
      ['GET', '/api/admin/stock'],
      ['POST', `/api/admin/stock/${productId}/receive`, { quantity: 5, reference: 'mine' }],
      ['POST', '/api/products', { name: 'x' }],
      ['PUT', `/api/products/${productId}`, { price: 1 }],
      ['DELETE', `/api/products/${productId}`],
    ];
    for (const [method, path, body] of attempts)
      expectProblem(await shopper.send<Problem>(method, path, body), 403);
  });
});

describe("another shopper's things", () => {
  it('are not found', async () => {
    const [owner, other] = await Promise.all([
      ShopClient.register(endpoints.gateway),
      ShopClient.register(endpoints.gateway),
    ]);
    const { body } = await owner.placeOrder([{ productId, quantity: 1 }]);
    expectProblem(await other.send<Problem>('GET', `/api/orders/${body.orderId}`), 404);
    expectProblem(await other.send<Problem>('POST', `/api/orders/${body.orderId}/cancel`), 404);
    await owner.settled(body.orderId);
    expectProblem(await other.send<Problem>('GET', `/api/orders/${body.orderId}`), 404);
    expect((await other.send<{ items: unknown[] }>('GET', '/api/orders')).body.items).toEqual([]);
  });

  it('carts are apart, for guests as well', async () => {
    const [one, two] = [new ShopClient(endpoints.gateway), new ShopClient(endpoints.gateway)];
    await one.send('POST', '/api/cart/items', { productId, quantity: 1 });
    expect((await one.send<{ items: unknown[] }>('GET', '/api/cart')).body.items).toHaveLength(1);
    expect((await two.send<{ items: unknown[] }>('GET', '/api/cart')).body.items).toHaveLength(0);
  });
});

describe('other requests', () => {
  const reads: [string, number][] = [
    ['/api/products?page=0', 400],
    ['/api/products?page=-1', 400],
    ['/api/products?page=abc', 400],
    ['/api/products?page=1e99', 400],
    ['/api/products?pageSize=101', 400],
    ['/api/products?pageSize=0', 400],
    ['/api/products?sort=upside_down', 400],
    [`/api/products/${unknown}`, 404],
    ['/api/products/not-a-uuid', 404],
    ['/api/products/%00', 404],
    ['/api/nothing-here', 404],
    ['/api/search?page=-1', 400],
    ['/api/search?minPrice=abc', 400],
    ['/api/search?sort=sideways', 400],
  ];
  it.each(reads)('GET %s: %i', async (path, status) => {
    const answer = await shopper.send<Problem>('GET', path);
    expectProblem(answer, status);
  });

  it.each([
    ['/api/orders/not-a-uuid', 404],
    [`/api/orders/${unknown}`, 404],
    ['/api/orders?cursor=garbage', 400],
    ['/api/orders?limit=0', 400],
    ['/api/orders?limit=100000', 400],
  ])('GET %s: %i', async (path, status) => {
    expectProblem(await shopper.send<Problem>('GET', path), status);
  });

  it.each([
    ['no quantity', {}],
    ['negative', { quantity: -3 }],
    ['huge', { quantity: 1e12 }],
    ['a fraction', { quantity: 1.5 }],
    ['words', { quantity: 'two' }],
  ])('cart: %s', async (_, change) => {
    const guest = new ShopClient(endpoints.gateway);
    expectProblem(await guest.send<Problem>('POST', '/api/cart/items', { productId, ...change }), 400);
    expect((await guest.send<{ items: unknown[] }>('GET', '/api/cart')).body.items).toEqual([]);
  });

  it('cart: an unknown product', async () => {
    expectProblem(
      await shopper.send<Problem>('POST', '/api/cart/items', { productId: unknown, quantity: 1 }),
      404,
    );
  });

  it.each([
    ['broken JSON', '{', 400],
    ['nothing', '{}', 400],
    ['no e-mail', '{"email":"x","password":"correct-horse-battery","name":"x"}', 400],
    ['a weak password', '{"email":"weak@example.com","password":"12345678","name":"x"}', 400],
    [
      'a password of a megabyte',
      JSON.stringify({ email: 'big@example.com', password: 'x'.repeat(1_000_000), name: 'x' }),
      400,
    ],
  ])('register: %s', async (_, raw, status) => {
    expectProblem(
      await new ShopClient(endpoints.gateway).send<Problem>('POST', '/api/auth/register', undefined, { raw }),
      status,
    );
  });

  it('register: an address that is taken', async () => {
    const body = { email: 'shopper@example.com', password: 'correct-horse-battery', name: 'x' };
    const answer = await new ShopClient(endpoints.gateway).send<Problem>('POST', '/api/auth/register', body);
    expectProblem(answer, 409);
    expect(answer.body.code).toBe('EMAIL_TAKEN');
  });

  it('login: the same answer for an unknown address and a wrong password', async () => {
    const anonymous = new ShopClient(endpoints.gateway);
    const attempt = (email: string): Promise<Answer<Problem>> =>
      anonymous.send('POST', '/api/auth/login', { email, password: 'wrong-password' });
    const [known, nobody] = [
      await attempt('shopper@example.com'),
      await attempt(`${randomUUID()}@example.com`),
    ];
    expectProblem(known, 401);
    const { correlationId: _k, ...knownBody } = known.body;
    const { correlationId: _n, ...nobodyBody } = nobody.body;
    expect(nobodyBody).toEqual(knownBody);
  });

  it('refresh without a cookie', async () => {
    expectProblem(await new ShopClient(endpoints.gateway).send<Problem>('POST', '/api/auth/refresh'), 401);
  });

  it('keeps a sane correlation id and replaces one that is not', async () => {
    const sent = await shopper.send('GET', '/api/categories', undefined, {
      headers: { 'x-correlation-id': 'trace-42' },
    });
    expect(sent.headers.get('x-correlation-id')).toBe('trace-42');
    const odd = await shopper.send('GET', '/api/categories', undefined, {
      headers: { 'x-correlation-id': `<script>${'x'.repeat(300)}` },
    });
    expect(odd.headers.get('x-correlation-id')).toMatch(/^[\w.:-]{1,128}$/);
  });
});

function b64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
