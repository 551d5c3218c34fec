import { connect } from 'node:net';
import { randomUUID } from 'node:crypto';
import { Harness, issuer, orderBody } from '../../testing/harness';

let harness: Harness;
let token: string;
let productId: string;

beforeAll(async () => {
  harness = await Harness.start({ env: { RATE_LIMIT_FACTOR: '100' } });
  ({ token } = await harness.signIn());
  productId = await harness.addProduct();
});
afterAll(() => harness.stop());

const order = (body: unknown, headers: Record<string, string> = { 'idempotency-key': randomUUID() }) =>
  harness.call('/api/orders', { method: 'POST', token, body, headers });

/** Sends bytes as they are and reads until the server hangs up. */
function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(harness.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('close', () => resolve(answer)).on('error', reject);
  });
}

describe('an order that is not one', () => {
  const line = (change: object) => orderBody(productId, { items: [{ productId, quantity: 1, ...change }] });
  const address = (change: object) => {
    const body = orderBody(productId);
    return { ...body, shippingAddress: { ...(body['shippingAddress'] as object), ...change } };
  };

  it.each<[string, () => unknown, string]>([
    ['nothing', () => null, ''],
    ['a list', () => [], ''],
    ['no items', () => orderBody(productId, { items: [] }), 'items'],
    ['items of another type', () => orderBody(productId, { items: {} }), 'items'],
    [
      '51 items',
      () =>
        orderBody(productId, {
          items: Array.from({ length: 51 }, () => ({ productId: randomUUID(), quantity: 1 })),
        }),
      'items',
    ],
    [
      'a product twice',
      () => orderBody(productId, { items: [1, 2].map((quantity) => ({ productId, quantity })) }),
      'items[1].productId',
    ],
    ['a product id that is none', () => line({ productId: "'; drop table products" }), 'items[0].productId'],
    ['a negative quantity', () => line({ quantity: -1 }), 'items[0].quantity'],
    ['a zero quantity', () => line({ quantity: 0 }), 'items[0].quantity'],
    ['a huge quantity', () => line({ quantity: 1e308 }), 'items[0].quantity'],
    ['a fractional quantity', () => line({ quantity: 1.5 }), 'items[0].quantity'],
    ['a quantity as text', () => line({ quantity: '1' }), 'items[0].quantity'],
    ['no address', () => orderBody(productId, { shippingAddress: undefined }), 'shippingAddress'],
    ['a foreign postal code', () => address({ postalCode: '90210' }), 'shippingAddress.postalCode'],
    ['no phone number', () => address({ phone: 'call me' }), 'shippingAddress.phone'],
    ['NUL in a name', () => address({ name: 'a\u0000b' }), 'shippingAddress.name'],
    ['half a surrogate in a name', () => address({ name: '\ud800' }), 'shippingAddress.name'],
    ['a blank name', () => address({ name: '   ' }), 'shippingAddress.name'],
    ['a very long line', () => address({ line1: 'x'.repeat(201) }), 'shippingAddress.line1'],
    ['no payment', () => orderBody(productId, { payment: {} }), 'payment.token'],
    [
      'a card number object',
      () => orderBody(productId, { payment: { token: { number: '4242' } } }),
      'payment.token',
    ],
    ['a negative expected total', () => orderBody(productId, { expectedTotal: -1 }), 'expectedTotal'],
  ])('%s is refused with the path of the fault', async (_name, body, path) => {
    const answer = await order(body());
    expect(answer.json()).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(answer.json<{ errors: { path: string }[] }>().errors[0]?.path).toBe(path);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('names a product that does not exist', async () => {
    expect((await order(orderBody(randomUUID()))).json()).toMatchObject({
      status: 422,
      errors: [{ path: 'items[0].productId' }],
    });
  });
});

describe('requests that are broken', () => {
  it.each([
    ['{"items":', 400, 'MALFORMED_JSON'],
    ['{"__proto__":{"a":1}}', 400, 'MALFORMED_JSON'],
    ['', 400, 'VALIDATION_FAILED'],
    [`"${'x'.repeat(70_000)}"`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('body %.20s', async (body, status, code) => {
    const answer = await harness.call('/api/orders', { token, body, headers: { 'idempotency-key': 'k' } });
    expect(answer.json()).toMatchObject({
      status,
      code,
      correlationId: answer.headers.get('x-correlation-id'),
    });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'nonsense'])(
    'content type %s',
    async (type) => {
      const answer = await order('{}', { 'content-type': type });
      expect(answer.json()).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    },
  );

  it.each([
    ['GET', '/api/nothing', 404, 'NOT_FOUND'],
    ['GET', '/', 404, 'NOT_FOUND'],
    ['DELETE', '/api/categories', 405, 'METHOD_NOT_ALLOWED'],
    ['PUT', '/api/orders', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/%zz', 400, 'BAD_REQUEST'],
    ['GET', `/api/products/${'x'.repeat(500)}`, 414, 'URI_TOO_LONG'],
    ['GET', '/api/products/1', 404, 'PRODUCT_NOT_FOUND'],
    ['GET', '/api/products/%00', 404, 'PRODUCT_NOT_FOUND'],
    ['GET', '/api/products/00000000-0000-4000-8000-000000000000', 404, 'PRODUCT_NOT_FOUND'],
    ['GET', '/api/products?page=0', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/products?page=1e99', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/products?page=1&page=2', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/products?pageSize=101', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/products?sort=price', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/products?category=%00', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/orders?cursor=!!', 400, 'VALIDATION_FAILED'],
    ['GET', '/api/orders?limit=-1', 400, 'VALIDATION_FAILED'],
    ['PATCH', '/api/cart/items/x', 400, 'VALIDATION_FAILED'],
    ['DELETE', '/api/cart/items/x', 404, 'CART_ITEM_NOT_FOUND'],
    ['POST', '/api/users/me/addresses', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/api/users/me/addresses/1', 404, 'ADDRESS_NOT_FOUND'],
    ['DELETE', '/api/users/me/addresses/%00', 404, 'ADDRESS_NOT_FOUND'],
    ['PUT', '/api/users/me/addresses/1', 400, 'VALIDATION_FAILED'],
  ])('%s %s', async (method, path, status, code) => {
    const answer = await harness.call(path, { method, token });
    expect(answer.json()).toMatchObject({ status, code });
    expect(answer.headers.get('x-correlation-id')).toBeTruthy();
    if (status === 405) expect(answer.headers.get('allow')).toBeTruthy();
  });

  it('answers what is not HTTP in the same format', async () => {
    const answer = await raw('GET /api/products HTTP/1.1\r\nbroken header\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('application/problem+json');
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });
});

describe('tokens', () => {
  const sub = randomUUID();
  it.each<[string, () => Promise<string> | string]>([
    ['garbage', () => 'x.y.z'],
    [
      'none',
      () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(`{"sub":"${sub}"}`).toString('base64url')}.`,
    ],
    ['an expired one', () => harness.sign({ sub, expiresIn: -60 })],
    ['one of another issuer', () => harness.sign({ sub, issuer: 'https://evil.test' })],
    ['one for another audience', () => harness.sign({ sub, audience: 'other' })],
    ['one of an unknown key', () => harness.sign({ sub, kid: 'other' })],
    ['one that names no user', () => harness.sign({ sub: 'admin', roles: ['admin'] })],
    [
      'one with a changed payload',
      async () =>
        (await harness.sign({ sub })).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ sub, iss: issuer, aud: 'yorozu', exp: 9e9 })).toString('base64url')}.`,
        ),
    ],
    ['one of somebody who is gone', () => harness.sign({ sub })],
  ])('%s is refused', async (_name, make) => {
    const answer = await harness.call('/api/users/me', { token: await make() });
    expect(answer.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="yorozu", error="invalid_token"/);
  });

  it('are asked for where they are needed, and checked where they are not', async () => {
    const missing = await harness.call('/api/orders');
    expect(missing.json()).toMatchObject({ status: 401 });
    expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="yorozu"');
    expect((await harness.call('/api/cart', { token: 'x.y.z' })).status).toBe(401);
    expect((await harness.call('/api/cart')).status).toBe(200);
    expect((await harness.call('/api/orders', { headers: { authorization: 'Basic dTpw' } })).status).toBe(
      401,
    );
  });
});

describe('every answer', () => {
  it('carries the correlation id of the request if it is harmless', async () => {
    const id = async (sent: string) =>
      (await harness.call('/api/categories', { headers: { 'x-correlation-id': sent } })).headers.get(
        'x-correlation-id',
      );
    expect(await id('c-1.2:3')).toBe('c-1.2:3');
    for (const bad of ['a b', '{"x":1}', 'x'.repeat(129)]) expect(await id(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('was none of ours to blame, and nothing secret was logged', () => {
    const lines = harness.logs.map((line) => JSON.parse(line) as { level: string; status?: number });
    expect(lines.filter((line) => (line.status ?? 0) >= 500)).toEqual([]);
    expect(harness.logs.join('')).not.toContain(token);
    expect(harness.logs.join('')).not.toMatch(/tok_visa|千代田|@example\.com/);
  });
});
