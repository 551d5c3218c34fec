import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { z } from 'zod';
import { api } from '../lib/api-client';
import { FakeShop, json, problem, silence } from '../testing/fake-shop';
import { hanako, renderApp, session, signedIn } from '../testing/render-app';

const taro = { ...hanako, id: 'u-2', email: 'taro@example.com', name: '鈴木 太郎' };
const order = (name: string) => ({
  orderId: `o-${name}`,
  status: 'completed',
  items: [{ productId: 'p-1', productName: name, quantity: 1, price: 100 }],
  totalAmount: 100,
  currency: 'JPY',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});
const product = { id: 'p-1', name: 'Kettle', price: 100, currency: 'JPY', available: 3 };
const busy = () => problem(503, 'TEMPORARILY_UNAVAILABLE', {}, { 'retry-after': '0' });

let shop: FakeShop;
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  shop = new FakeShop()
    .on('GET /api/products', () => json({ items: [product], page: 1, pageSize: 24, total: 1 }))
    .on('GET /api/categories', () => json([]))
    .on('GET /api/cart', () => json({ checkoutId: null, items: [], subtotal: 0, currency: 'JPY' }))
    .on('GET /api/orders', () => json({ items: [order('Kettle of Hanako')], nextCursor: null }))
    .on('POST /api/auth/logout', () => json(undefined, 204));
  signedIn(shop);
});

const signedInAs = (name: string): Promise<HTMLElement> => screen.findByText(name, {}, { timeout: 5_000 });
const loginLink = (): Promise<HTMLElement> => screen.findByRole('link', { name: 'Sign in' });

describe('a session', () => {
  it.each([
    ['busy', busy],
    ['silent', silence],
    ['told to wait', () => problem(429, 'RATE_LIMITED', {}, { 'retry-after': '1' })],
    ['broken', () => problem(500, 'INTERNAL_ERROR')],
  ])('survives a shop that is %s at the refresh; the catalogue does not wait for it', async (_, answer) => {
    shop.on('POST /api/auth/refresh', answer, () => json(session()));
    await renderApp('/');
    await screen.findByText('Kettle');
    expect(screen.queryByRole('link', { name: 'Sign in' })).toBeNull();
    await signedInAs(hanako.name);
    expect(shop.to('GET /api/products')[0]?.headers.get('authorization')).toBeNull();
  });

  it('is ended by a 401', async () => {
    shop.on('POST /api/auth/refresh', () => problem(401, 'SESSION_ENDED'));
    await renderApp('/');
    await loginLink();
    expect(localStorage.getItem('yorozu.signed-in')).toBeNull();
  });

  it('does not send who it cannot know away from a page of their own, and shows it once it knows', async () => {
    shop.on('POST /api/auth/refresh', busy, () => json(session()));
    const { router } = await renderApp('/orders');
    await screen.findByText(/The shop is busy/);
    await screen.findByText('Kettle of Hanako', {}, { timeout: 5_000 });
    expect(router.state.location.pathname).toBe('/orders');
  });

  it('whose token has run out is renewed, and stays when that fails', async () => {
    await renderApp('/');
    await signedInAs(hanako.name);
    shop.on('GET /api/users/me', () => problem(401, 'UNAUTHORIZED'));
    shop.on('POST /api/auth/refresh', busy, () => json(session(hanako, 'token-2')));
    await expect(api('/api/users/me', z.unknown())).rejects.toMatchObject({ status: 503 });
    expect(screen.getByText(hanako.name)).toBeInTheDocument();
    shop.on('GET /api/users/me', ({ headers }) =>
      headers.get('authorization') === 'Bearer token-2' ? json({ ok: true }) : problem(401, 'UNAUTHORIZED'),
    );
    await expect(api('/api/users/me', z.unknown())).resolves.toEqual({ ok: true });
  });

  it('does nothing in the name of somebody who has signed in meanwhile', async () => {
    await renderApp('/');
    await signedInAs(hanako.name);
    shop.on('POST /api/orders', () => problem(401, 'UNAUTHORIZED'));
    shop.on('POST /api/auth/refresh', () => json(session(taro, 'token-of-taro')));
    await act(() =>
      expect(api('/api/orders', z.unknown(), { method: 'POST' })).rejects.toMatchObject({
        code: 'SESSION_CHANGED',
      }),
    );
    expect(shop.to('POST /api/orders')).toHaveLength(1);
  });
});

describe('signing out', () => {
  const leave = async (): Promise<void> =>
    userEvent.click(await screen.findByRole('button', { name: 'Sign out' }));

  it('forgets what was kept and read for who leaves', async () => {
    sessionStorage.setItem(`yorozu.personal.${hanako.id}.checkout`, '{}');
    await renderApp('/orders');
    await screen.findByText('Kettle of Hanako');
    await leave();
    await loginLink();
    expect(screen.queryByText('Kettle of Hanako')).toBeNull();
    expect(Object.keys(sessionStorage)).toEqual([]);
    expect(Object.keys(localStorage)).toEqual(['yorozu.language']);
    expect(shop.to('POST /api/auth/logout')).toHaveLength(1);
  });

  it('that does not reach the shop says so and is tried again', async () => {
    shop.on('POST /api/auth/logout', silence, () => json(undefined, 204));
    await renderApp('/');
    await leave();
    await loginLink();
    await screen.findByText(/the shop could not be told yet/);
    await waitFor(() => expect(screen.queryByText(/the shop could not be told yet/)).toBeNull(), {
      timeout: 3_000,
    });
    expect(shop.to('POST /api/auth/logout')).toHaveLength(2);
  });

  it('is finished by the next page when this one did not manage to', async () => {
    localStorage.setItem('yorozu.signing-out', '1');
    await renderApp('/');
    await loginLink();
    await waitFor(() => expect(localStorage.getItem('yorozu.signing-out')).toBeNull());
    expect(shop.to('POST /api/auth/logout')).toHaveLength(1);
    expect(shop.to('POST /api/auth/refresh')).toEqual([]);
  });
});

describe('another tab', () => {
  const other = new BroadcastChannel('yorozu.session');
  afterAll(() => other.close());

  it('signs this one out', async () => {
    await renderApp('/orders');
    await screen.findByText('Kettle of Hanako');
    other.postMessage({ type: 'signed-out' });
    await loginLink();
    expect(screen.queryByText('Kettle of Hanako')).toBeNull();
  });

  it('signs somebody else in: nothing of the first is seen any more', async () => {
    await renderApp('/orders');
    await screen.findByText('Kettle of Hanako');
    shop.on('GET /api/orders', () => json({ items: [order('Kettle of Taro')], nextCursor: null }));
    shop.on('POST /api/auth/refresh', () => json(session(taro, 'token-of-taro')));
    other.postMessage({ type: 'signed-in', userId: taro.id });
    await screen.findByText('Kettle of Taro');
    expect(screen.queryByText('Kettle of Hanako')).toBeNull();
    expect(screen.getByText(taro.name)).toBeInTheDocument();
  });
});

it('a browser without storage can be used', async () => {
  const broken = jest.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  await renderApp('/');
  await screen.findByText('Kettle');
  await loginLink();
  broken.mockRestore();
});

it('says at once that the browser is offline, and keeps no skeleton standing', async () => {
  signedIn(shop);
  const online = jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  shop.on('GET /api/products', silence);
  await renderApp('/');
  await screen.findByRole('heading', { name: 'You are offline' });
  expect(screen.getByTestId('notices')).toHaveTextContent(/There is no network/);
  online.mockRestore();
  shop.on('GET /api/products', () => json({ items: [product], page: 1, pageSize: 24, total: 1 }));
  act(() => void window.dispatchEvent(new Event('online')));
  await screen.findByText('Kettle');
  expect(screen.getByTestId('notices')).toBeEmptyDOMElement();
});
