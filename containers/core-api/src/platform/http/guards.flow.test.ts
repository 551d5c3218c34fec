import { Harness } from '../../testing/harness';

const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
let harness: Harness;
let token: string;
let productId: string;

beforeAll(async () => {
  harness = await Harness.start({ env: { RATE_LIMIT_FACTOR: '0.02' } });
  ({ token } = await harness.signIn());
  productId = await harness.addProduct();
});
afterAll(() => harness.stop());

describe('a page of another site', () => {
  const add = (headers: Record<string, string>) =>
    harness.call('/api/cart/items', { body: { productId, quantity: 1 }, headers });

  it.each([
    evil,
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'http://localhost:5174', 'sec-fetch-site': 'same-site' },
  ])('changes nothing with a visitor’s cookies: %j', async (headers) => {
    const answer = await add({ ...headers, cookie: 'sid=6f9619ff-8b86-4011-b42d-00c04fc964ff' });
    expect(answer.json()).toMatchObject({ status: 403, code: 'FORBIDDEN_ORIGIN' });
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('changes nothing with a token either', async () => {
    const change = { method: 'PATCH', token, body: { name: '山田 次郎' } };
    expect((await harness.call('/api/users/me', { ...change, headers: evil })).status).toBe(403);
    expect((await harness.call('/api/users/me', change)).status).toBe(200);
  });

  it('may read what is public, and the storefront may do everything', async () => {
    expect((await harness.call('/api/products', { headers: evil })).status).toBe(200);
    const storefront = { origin: 'http://localhost:5173', 'sec-fetch-site': 'same-site' };
    const answer = await harness.call('/api/users/me', {
      method: 'PATCH',
      token,
      body: { name: '山田 花子' },
      headers: storefront,
    });
    expect(answer.status).toBe(200);
  });
});

describe('headers', () => {
  const safe = {
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  };

  it.each([
    ['/api/products', 200, 'no-cache'],
    ['/api/docs', 200, 'no-store'],
    ['/api/users/me', 200, 'no-store'],
    ['/api/orders?limit=0', 400, 'no-store'],
    ['/api/nothing', 404, 'no-store'],
    ['/api/%zz', 400, 'no-store'],
    ['/health/live', 200, 'no-store'],
  ])('%s', async (path, status, caching) => {
    const answer = await harness.call(path, { token });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({ ...safe, 'cache-control': caching });
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it('the page of the documentation keeps its style', async () => {
    const { headers, text } = await harness.call('/api/docs');
    expect(text).toContain('<style>');
    expect(headers.get('content-security-policy')).toContain("style-src 'unsafe-inline'");
  });
});

describe('limits of guests', () => {
  const cart = (from: Harness, forwardedFor: string) =>
    from.call('/api/cart', { headers: { 'x-forwarded-for': forwardedFor } });
  const manyFrom = (from: Harness, address: (i: number) => string) =>
    Promise.all(Array.from({ length: 30 }, async (_, i) => (await cart(from, address(i))).status));

  it('count who the trusted proxy was called from, whatever that client wrote before', async () => {
    const forged = await manyFrom(harness, (i) => `198.51.100.${i}, 203.0.113.1`);
    expect(forged.filter((status) => status === 200)).toHaveLength(12);
    expect((await cart(harness, '203.0.113.2')).status).toBe(200);
  });

  it('count one subscriber’s IPv6 addresses as one', async () => {
    const statuses = await manyFrom(harness, (i) => `2001:db8:0:1::${i}`);
    expect(statuses.filter((status) => status === 200)).toHaveLength(12);
    expect((await cart(harness, '2001:db8:0:2::1')).status).toBe(200);
  });

  it('believe nobody where no proxy is trusted', async () => {
    const open = await Harness.start({ env: { RATE_LIMIT_FACTOR: '0.02', TRUSTED_PROXIES: '' } });
    try {
      // Until Redis answers, nobody is limited.
      while (open.resources.redis.status !== 'ready') await new Promise((resolve) => setTimeout(resolve, 5));
      const statuses = await manyFrom(open, (i) => `198.51.100.${i}`);
      expect(statuses.filter((status) => status === 200)).toHaveLength(12);
    } finally {
      await open.stop();
    }
  });
});
