import { randomUUID, createHash } from 'node:crypto';
import { once } from 'node:events';
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { WebSocket } from 'ws';
import { ShopClient } from '../lib/shop-client';
import { endpoints } from './endpoints';

const password = 'correct-horse-battery';

interface Account {
  readonly email: string;
  readonly token: string;
  /** What a browser would send back to /api/auth. */
  readonly cookie: string;
}

async function post(
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
  base = endpoints.gateway,
): Promise<Response> {
  return fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

async function signedIn(call: 'register' | 'login', email: string, headers = {}): Promise<Account> {
  const response = await post(
    `/api/auth/${call}`,
    { email, password, ...(call === 'register' && { name: 'Shopper' }) },
    headers,
  );
  const { accessToken } = (await response.json()) as { accessToken: string };
  return { email, token: accessToken, cookie: cookiesOf(response) };
}
const register = (): Promise<Account> => signedIn('register', `${randomUUID()}@example.com`);

const meStatus = async ({ token }: Account): Promise<number> =>
  (await fetch(`${endpoints.gateway}/api/users/me`, { headers: { authorization: `Bearer ${token}` } }))
    .status;

describe('a page of another site', () => {
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  let shopper: Account;
  beforeAll(async () => {
    shopper = await register();
  });

  it('signs nobody in by a form', async () => {
    const body = JSON.stringify({ email: shopper.email, password });
    const form = { 'content-type': 'text/plain' };
    for (const base of [endpoints.gateway, endpoints.storefront]) {
      const answers = await Promise.all([
        post('/api/auth/login', body, { ...form, ...evil }, base),
        post('/api/auth/login', body, { ...form, origin: evil.origin }, base),
        post('/api/auth/login', body, evil, base),
        post('/api/auth/login', body, form, base),
        post('/api/auth/register', body, form, base),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 415, 415]);
      expect(await answers[0]?.json()).toMatchObject({ code: 'FORBIDDEN_ORIGIN' });
      expect(await answers[3]?.json()).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
      expect(answers.flatMap(({ headers }) => headers.getSetCookie())).toEqual([]);
    }
  });

  it('signs nobody out, refreshes nothing and fills no cart', async () => {
    const headers = { ...evil, cookie: shopper.cookie };
    for (const path of ['/api/auth/logout', '/api/auth/refresh', '/api/cart/items']) {
      expect((await post(path, {}, headers)).status).toBe(403);
    }
    expect(await meStatus(shopper)).toBe(200);
  });

  it('is not the storefront', async () => {
    const storefront = { origin: endpoints.storefront, 'sec-fetch-site': 'same-origin' };
    const credentials = { email: shopper.email, password };
    for (const base of [endpoints.gateway, endpoints.storefront]) {
      expect((await post('/api/auth/login', credentials, storefront, base)).status).toBe(200);
      expect(
        (await post('/api/auth/login', credentials, { origin: endpoints.storefront }, base)).status,
      ).toBe(200);
    }
  });
});

describe('guessing', () => {
  const dynamodb = new DynamoDBClient({
    endpoint: endpoints.aws,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  // The other tests sign in from the same address.
  afterAll(async () => {
    for (const client of ['127.0.0.1', '::/64']) {
      const session_id = `limit#${createHash('sha256').update(`login-client#${client}`).digest('hex')}`;
      await dynamodb.send(
        new DeleteItemCommand({ TableName: 'ecommerce-sessions', Key: { session_id: { S: session_id } } }),
      );
    }
    dynamodb.destroy();
  });

  const guess = (email: string, headers = {}, base = endpoints.gateway): Promise<number> =>
    post('/api/auth/login', { email, password: 'Spring2026!' }, headers, base).then(({ status }) => status);

  it('at one account locks out strangers, not the browser that its owner uses', async () => {
    const owner = await register();
    for (let i = 0; i < 11; i += 1) await guess(owner.email);
    const attempt = (headers = {}): Promise<Response> =>
      post('/api/auth/login', { email: owner.email, password }, headers);
    const stranger = await attempt();
    expect(stranger.status).toBe(429);
    expect(Number(stranger.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt({ cookie: owner.cookie })).status).toBe(200);
  });

  it('at a hundred accounts is stopped, whatever the client says its address is', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 100; i += 10) {
      const batch = Array.from({ length: 10 }, (_, j) => i + j).map((n) =>
        guess(
          `${randomUUID()}@example.com`,
          { 'x-forwarded-for': `198.51.100.${n}`, forwarded: `for=198.51.100.${n}` },
          n % 2 === 0 ? endpoints.gateway : endpoints.storefront,
        ),
      );
      statuses.push(...(await Promise.all(batch)));
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(40);
    expect(statuses.slice(0, 20)).not.toContain(429);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });
});

describe('signing out', () => {
  async function connected({ token }: Account): Promise<WebSocket> {
    const response = await post('/api/ws-tickets', undefined, { authorization: `Bearer ${token}` });
    const { ticket, url } = (await response.json()) as { ticket: string; url: string };
    const socket = new WebSocket(`${url}?ticket=${ticket}`);
    await once(socket, 'open');
    return socket;
  }

  it('ends the tokens, tickets and WebSockets of the session within a second, and no other session', async () => {
    const here = await register();
    const there = await signedIn('login', here.email, { cookie: here.cookie });
    const sockets = await Promise.all([connected(here), connected(here), connected(there)]);
    const response = await post('/api/ws-tickets', undefined, { authorization: `Bearer ${here.token}` });
    const unused = (await response.json()) as { ticket: string; url: string };
    const closed = Promise.all(sockets.slice(0, 2).map((socket) => once(socket, 'close')));

    const started = Date.now();
    expect((await post('/api/auth/logout', undefined, { cookie: here.cookie })).status).toBe(204);
    await closed;
    while ((await meStatus(here)) !== 401 && Date.now() - started < 5_000);
    expect(Date.now() - started).toBeLessThan(1_000);

    expect((await post('/api/ws-tickets', undefined, { authorization: `Bearer ${here.token}` })).status).toBe(
      401,
    );
    expect((await post('/api/auth/refresh', undefined, { cookie: here.cookie })).status).toBe(401);
    const late = new WebSocket(`${unused.url}?ticket=${unused.ticket}`);
    const [error] = (await once(late, 'error')) as [Error];
    expect(error.message).toMatch(/401|403/);

    expect(await meStatus(there)).toBe(200);
    expect(sockets[2]?.readyState).toBe(WebSocket.OPEN);
    sockets[2]?.close();
  });
});

describe('what comes in', () => {
  it.each([
    ['POST', '/api/auth/login', { email: 'a\u0000@example.com', password }, 'email'],
    ['POST', '/api/auth/register', { email: 'a\u0000@example.com', password, name: 'x' }, 'email'],
    ['POST', '/api/auth/register', { email: 'x@example.com', password, name: 'a\nb' }, 'name'],
    [
      'POST',
      '/api/auth/register',
      { email: 'x@example.com', password: 'Password123', name: 'x' },
      'password',
    ],
    ['GET', '/api/search?q=%00', undefined, 'q'],
    ['GET', '/api/search?maxPrice=0x2000', undefined, 'maxPrice'],
    ['GET', '/api/products?category=%00', undefined, 'category'],
  ])('%s %s %j is refused by name', async (method, path, body, field) => {
    const answer = await new ShopClient(endpoints.gateway).send<{ errors: { path: string }[] }>(
      method,
      path,
      body,
    );
    expect(answer.status).toBe(400);
    expect(new Set(answer.body.errors.map((error) => error.path))).toEqual(new Set([field]));
  });

  it('blank parameters are absent', async () => {
    const shopper = new ShopClient(endpoints.gateway);
    expect((await shopper.send('GET', '/api/search?q=&minPrice=&maxPrice=&category=&page=')).status).toBe(
      200,
    );
    expect((await shopper.send('GET', '/api/products?category=&page=')).status).toBe(200);
  });
});

it('what is personal is kept by nobody, and nothing is guessed at or framed', async () => {
  const shopper = await register();
  const authorization = `Bearer ${shopper.token}`;
  for (const path of ['/api/cart', '/api/orders', '/api/users/me']) {
    const { headers } = await fetch(endpoints.gateway + path, { headers: { authorization } });
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
  }
  const refreshed = await post('/api/auth/refresh', undefined, { cookie: shopper.cookie });
  expect([refreshed.status, refreshed.headers.get('cache-control')]).toEqual([200, 'no-store']);
});
