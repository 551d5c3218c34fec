import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeShop, json, problem, silence } from '../../testing/fake-shop';
import { hanako, renderApp, signedIn } from '../../testing/render-app';

const checkoutId = '11111111-1111-4111-8111-111111111111';
const line = { productId: 'p-1', name: 'Kettle', price: 1_000, quantity: 2, available: 5, imageUrl: null };
const cart = { checkoutId, items: [line], subtotal: 2_000, currency: 'JPY' };
const emptyCart = { checkoutId: null, items: [], subtotal: 0, currency: 'JPY' };
const home = {
  id: 'a-1',
  name: '山田 花子',
  postalCode: '100-0001',
  prefecture: '東京都',
  city: '千代田区',
  line1: '千代田1-1',
  phone: '090-1234-5678',
};
const placed = {
  orderId: 'o-1',
  status: 'completed',
  items: [{ productId: 'p-1', productName: 'Kettle', quantity: 2, price: 1_000 }],
  totalAmount: 2_000,
  currency: 'JPY',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  history: [],
};

let shop: FakeShop;
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  shop = new FakeShop()
    .on('GET /api/cart', () => json(cart))
    .on('GET /api/users/me/addresses', () => json({ items: [home] }))
    .on('PUT /api/users/me/addresses/*', () => json(home))
    .on('GET /api/orders', () => json({ items: [placed], nextCursor: null }))
    .on('GET /api/orders/*', () => json(placed));
  signedIn(shop);
});

const place = async (): Promise<void> =>
  userEvent.click(await screen.findByRole('button', { name: 'Place order' }));

describe('placing an order', () => {
  it('sends the cart under its checkoutId to the address that was used last, and shows the order', async () => {
    shop.on('POST /api/orders', () => json({ orderId: 'o-1' }, 202));
    const { router } = await renderApp('/checkout');
    await place();
    await waitFor(() => expect(router.state.location.pathname).toBe('/orders/o-1'));
    const [order] = shop.to('POST /api/orders');
    expect(order?.headers.get('idempotency-key')).toBe(checkoutId);
    const { id: _, ...shippingAddress } = home;
    expect(order?.body).toEqual({
      items: [{ productId: 'p-1', quantity: 2 }],
      shippingAddress,
      payment: { token: 'tok_visa' },
      expectedTotal: 2_000,
    });
    expect(shop.to('DELETE /api/cart/items/*')).toEqual([]);
    expect(Object.keys(sessionStorage)).toEqual([]);
  });

  it('after a lost answer says that it checks, and asks with the same key and body until it knows', async () => {
    shop.on(
      'POST /api/orders',
      silence,
      () => problem(503, 'TEMPORARILY_UNAVAILABLE'),
      () => json({ orderId: 'o-1' }, 202),
    );
    const { router } = await renderApp('/checkout');
    await place();
    await screen.findByText(/We are checking whether your order has arrived/);
    expect(screen.getByRole('button', { name: 'Sending your order…' })).toHaveAttribute(
      'aria-disabled',
      'true',
    );
    await waitFor(() => expect(router.state.location.pathname).toBe('/orders/o-1'), { timeout: 8_000 });
    const orders = shop.to('POST /api/orders');
    expect(orders).toHaveLength(3);
    expect(new Set(orders.map(({ headers }) => headers.get('idempotency-key')))).toEqual(
      new Set([checkoutId]),
    );
    expect(new Set(orders.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('shows a new price and asks again', async () => {
    shop.on('POST /api/orders', () =>
      problem(409, 'PRICE_CHANGED', {
        errors: [{ path: 'expectedTotal', code: 'PRICE_CHANGED', message: 'x' }],
      }),
    );
    await renderApp('/checkout');
    shop.on('GET /api/cart', () => json({ ...cart, subtotal: 2_400 }));
    await place();
    await screen.findByText(/A price has changed/);
    expect(screen.queryByText('Please check this')).toBeNull();
    await screen.findByText('¥2,400');
    expect(screen.getByRole('button', { name: 'Place order' })).toBeEnabled();
  });

  it('that was left open too long says so, and goes on with the attempt that the cart names now', async () => {
    const next = '22222222-2222-4222-8222-222222222222';
    shop.on(
      'POST /api/orders',
      () => problem(409, 'CHECKOUT_EXPIRED'),
      () => json({ orderId: 'o-1' }, 202),
    );
    await renderApp('/checkout');
    shop.on('GET /api/cart', () => json({ ...cart, checkoutId: next }));
    await place();
    await screen.findByText(/This page had been open for too long/);
    await place();
    await waitFor(() => expect(shop.to('POST /api/orders')).toHaveLength(2));
    expect(shop.to('POST /api/orders')[1]?.headers.get('idempotency-key')).toBe(next);
  });

  it('stops asking a shop that fails in the same way again and again', async () => {
    jest.useFakeTimers({ advanceTimers: 50 });
    shop.on('POST /api/orders', () => problem(500, 'INTERNAL_ERROR'));
    await renderApp('/checkout');
    fireEvent.click(await screen.findByRole('button', { name: 'Place order' }));
    await screen.findByText(/Something unexpected happened/, {}, { timeout: 60_000 });
    expect(shop.to('POST /api/orders')).toHaveLength(4);
    jest.useRealTimers();
  });

  it('shows the order that stands when the cart has been ordered before', async () => {
    shop.on('POST /api/orders', () => problem(422, 'IDEMPOTENCY_KEY_REUSED', { orderId: 'o-1' }));
    await renderApp('/checkout');
    await place();
    await screen.findByText(/Your order has arrived already/);
    expect(screen.getByRole('link', { name: 'See the order' })).toHaveAttribute('href', '/orders/o-1');
  });

  it('marks the field that the shop refuses, in words of this language, and moves the focus there', async () => {
    shop.on('GET /api/users/me/addresses', () => json({ items: [] }));
    shop.on('POST /api/orders', () =>
      problem(400, 'VALIDATION_FAILED', {
        errors: [
          { path: 'shippingAddress.city', code: 'TOO_LONG', message: 'x' },
          { path: 'items[0].quantity', code: 'TOO_LARGE', message: 'x' },
        ],
      }),
    );
    await renderApp('/checkout');
    await fillAddress();
    await place();
    const city = screen.getByLabelText('City');
    await waitFor(() => expect(city).toHaveAccessibleDescription('This is too long'));
    expect(city).toHaveFocus();
    expect(screen.getByRole('alert')).toHaveTextContent('This is too much');
  });
});

async function fillAddress(postalCode = '１００－０００１'): Promise<void> {
  const user = userEvent.setup();
  await user.type(await screen.findByLabelText('Postal code'), postalCode);
  await user.selectOptions(screen.getByLabelText('Prefecture'), '東京都');
  await user.type(screen.getByLabelText('City'), '千代田区');
  await user.type(screen.getByLabelText('Street and number'), '千代田1-1');
  await user.type(screen.getByLabelText('Phone'), '０９０－１２３４－５６７８');
}

describe('the delivery address', () => {
  it('takes full-width digits and is saved for next time when that is wanted', async () => {
    shop.on('GET /api/users/me/addresses', () => json({ items: [] }));
    shop.on('POST /api/orders', () => json({ orderId: 'o-1' }, 202));
    await renderApp('/checkout');
    await fillAddress();
    await place();
    await waitFor(() => expect(shop.to('PUT /api/users/me/addresses/*')).toHaveLength(1));
    const [saved] = shop.to('PUT /api/users/me/addresses/*');
    expect(saved?.body).toMatchObject({ postalCode: '100-0001', phone: '090-1234-5678' });
  });

  it('says what is wrong before it is sent, and sends nothing', async () => {
    shop.on('GET /api/users/me/addresses', () => json({ items: [] }));
    await renderApp('/checkout');
    await fillAddress('12');
    await userEvent.clear(screen.getByLabelText('City'));
    await place();
    expect(await screen.findByLabelText('City')).toHaveAccessibleDescription('Please fill this in');
    expect(screen.getByLabelText('Postal code')).toHaveAccessibleDescription('e.g. 100-0001');
    expect(shop.to('POST /api/orders')).toEqual([]);
  });

  it('of an earlier version is removed from this browser, and nobody sees it', async () => {
    localStorage.setItem('yorozu.address', '{broken');
    await renderApp('/checkout');
    await screen.findByText('〒100-0001', { exact: false });
    expect(localStorage.getItem('yorozu.address')).toBeNull();
  });
});

describe('a reload', () => {
  it('keeps what was filled in and the chosen card', async () => {
    const first = await renderApp('/checkout');
    await userEvent.click(await screen.findByLabelText('Another address'));
    await fillAddress();
    await userEvent.click(screen.getByLabelText(/Visa 0002/));
    first.unmount();
    await renderApp('/checkout');
    expect(await screen.findByLabelText('City')).toHaveValue('千代田区');
    expect(screen.getByLabelText(/Visa 0002/)).toBeChecked();
  });

  const reloadWithEmptyCart = async (): Promise<void> => {
    shop.on('POST /api/orders', () => new Promise(() => undefined));
    const first = await renderApp('/checkout');
    await place();
    await waitFor(() => expect(shop.to('POST /api/orders')).toHaveLength(1));
    first.unmount();
    shop.on('GET /api/cart', () => json(emptyCart));
    await renderApp('/checkout');
  };

  it('in the middle of an order that had arrived leads to it', async () => {
    const createdAt = new Date().toISOString();
    shop.on('GET /api/orders', () => json({ items: [{ ...placed, createdAt }], nextCursor: null }));
    await reloadWithEmptyCart();
    await screen.findByText(/Your order has arrived already/);
    expect(screen.getByRole('link', { name: 'See the order' })).toHaveAttribute('href', '/orders/o-1');
  });

  it('after an order that never arrived does not take an older one for it', async () => {
    await reloadWithEmptyCart();
    await screen.findByText(/Your cart is empty/);
    expect(screen.queryByText(/Your order has arrived already/)).toBeNull();
  });

  it('survives a draft that cannot be read', async () => {
    sessionStorage.setItem(`yorozu.personal.${hanako.id}.checkout`, '{broken');
    await renderApp('/checkout');
    expect(await screen.findByLabelText(/Visa 4242/)).toBeChecked();
  });
});

it('a cart with things that have gone cannot be ordered until they are removed, with one click', async () => {
  const gone = { ...line, productId: 'p-2', name: '', price: 0, available: 0, gone: true };
  shop.on('GET /api/cart', () => json({ ...cart, items: [line, gone] }));
  shop.on('DELETE /api/cart/items/*', () => json(cart));
  await renderApp('/checkout');
  expect(await screen.findByRole('button', { name: 'Place order' })).toBeDisabled();
  await userEvent.click(screen.getByRole('button', { name: 'Remove what has left the shop' }));
  await waitFor(() => expect(screen.getByRole('button', { name: 'Place order' })).toBeEnabled());
  expect(shop.to('DELETE /api/cart/items/p-2')).toHaveLength(1);
});
