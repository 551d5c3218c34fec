import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeShop, json, problem, type Sent } from '../../testing/fake-shop';
import { renderApp, signedIn } from '../../testing/render-app';

const history = (...types: string[]) =>
  types.map((type, index) => ({ at: `2026-01-01T00:00:0${index}.000Z`, type }));
const base = {
  orderId: 'o-1',
  status: 'processing',
  items: [
    { productId: 'p-1', productName: 'Kettle', quantity: 2, price: 1_000 },
    { productId: 'p-2', productName: 'Teapot', quantity: 1, price: 500 },
  ],
  totalAmount: 2_500,
  currency: 'JPY',
  shippingAddress: {
    name: '山田 花子',
    postalCode: '100-0001',
    prefecture: '東京都',
    city: '千代田区',
    line1: '千代田1-1',
    phone: '090-1234-5678',
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  history: history('OrderPlaced', 'StockReserved'),
};
const failed = (payment: string | undefined, ...types: string[]) => ({
  ...base,
  status: 'failed',
  failure: { code: 'STEP_FAILED', message: 'x' },
  ...(payment ? { payment: { state: payment } } : {}),
  history: history('OrderPlaced', ...types, 'OrderFailed'),
});

let shop: FakeShop;
beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  shop = new FakeShop().on('GET /api/cart', () => json(emptyCart));
  signedIn(shop);
});
const emptyCart = { checkoutId: null, items: [], subtotal: 0, currency: 'JPY' };
const show = (order: object): FakeShop => shop.on('GET /api/orders/*', () => json(order));

describe('the money of an order that was not completed', () => {
  it.each([
    [failed('none'), 'Nothing was charged.'],
    [failed('declined'), 'Nothing was charged.'],
    [failed('cancelled'), 'Nothing was charged.'],
    [failed('refunded'), 'The payment was taken and has been refunded in full. (¥2,500)'],
    [failed('captured'), 'The payment was taken. Its refund is on the way. (¥2,500)'],
    [
      failed(undefined, 'PaymentCaptured', 'PaymentRefunded'),
      'The payment was taken and has been refunded in full. (¥2,500)',
    ],
    [failed(undefined, 'PaymentDeclined'), 'Nothing was charged.'],
  ])('%#: is told as it is', async (order, text) => {
    show(order);
    await renderApp('/orders/o-1');
    expect((await screen.findByRole('alert')).querySelector('[data-money]')).toHaveTextContent(text);
  });

  it('is not guessed where nothing is known', async () => {
    show(failed(undefined));
    await renderApp('/orders/o-1');
    expect((await screen.findByRole('alert')).querySelector('[data-money]')).toBeNull();
  });
});

describe('after an order that was not completed', () => {
  const line = (productId: string, quantity: number) => ({
    productId,
    name: productId,
    price: 1_000,
    quantity,
    available: 5,
    imageUrl: null,
  });
  /** The shop has one kettle less than was ordered, and no teapot any more; one kettle lies in the cart. */
  beforeEach(() => {
    let items = [line('p-1', 1)];
    const cart = () => ({ ...emptyCart, checkoutId: 'c-1', items });
    shop
      .on('GET /api/cart', () => json(cart()))
      .on('GET /api/users/me/addresses', () => json({ items: [] }))
      .on('POST /api/cart/items', ({ body }: Sent) => {
        const { productId, quantity } = body as { productId: string; quantity: number };
        if (productId === 'p-2') return problem(404, 'PRODUCT_NOT_FOUND');
        items = [line('p-1', 1 + quantity)];
        return json({ ...cart(), added: quantity });
      });
    show({
      ...failed('declined', 'PaymentDeclined'),
      failure: { code: 'PAYMENT_DECLINED', message: 'x' },
    });
  });

  it('its things can be put back, up to what was ordered, and what cannot is named', async () => {
    await renderApp('/orders/o-1');
    const button = await screen.findByRole('button', { name: 'Put these things back in the cart' });
    await userEvent.click(button);
    await screen.findByText('Teapot: none to be had');
    await userEvent.click(button);
    await waitFor(() => expect(shop.to('POST /api/cart/items')).toHaveLength(3));
    expect(shop.to('POST /api/cart/items').map(({ body }) => body)).toEqual([
      { productId: 'p-1', quantity: 1 },
      { productId: 'p-2', quantity: 1 },
      { productId: 'p-2', quantity: 1 },
    ]);
  });

  it('another card is one click away, with the address of that order', async () => {
    const { router } = await renderApp('/orders/o-1');
    await userEvent.click(await screen.findByRole('button', { name: 'Pay with another card' }));
    expect(await screen.findByLabelText('Street and number')).toHaveValue('千代田1-1');
    expect(router.state.location.pathname).toBe('/checkout');
    expect(screen.getByText('Teapot: none to be had')).toBeInTheDocument();
  });
});

describe('cancelling', () => {
  const cancel = () => screen.findByRole('button', { name: 'Cancel order' });

  it('is not offered once the payment is captured, and says why', async () => {
    show({ ...base, history: history('OrderPlaced', 'StockReserved', 'PaymentCaptured') });
    await renderApp('/orders/o-1');
    await screen.findByText(/can no longer be cancelled/);
    expect(screen.queryByRole('button', { name: 'Cancel order' })).toBeNull();
  });

  it('that comes too late is explained', async () => {
    show(base).on('POST /api/orders/*/cancel', () => problem(409, 'NOT_CANCELLABLE'));
    await renderApp('/orders/o-1');
    await userEvent.click(await cancel());
    const confirm = screen.getAllByRole('button', { name: 'Cancel order' }).at(-1);
    if (confirm) await userEvent.click(confirm);
    await screen.findByText(/its payment was taken, or it has ended, just before/);
  });

  it('is closed when the order ends meanwhile, and the focus stays with the order', async () => {
    show(base);
    await renderApp('/orders/o-1');
    await userEvent.click(await cancel());
    await screen.findByRole('dialog');
    show({ ...base, status: 'completed', history: history('OrderPlaced', 'OrderCompleted') });
    act(() => void window.dispatchEvent(new Event('online')));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull(), { timeout: 6_000 });
    await waitFor(() => expect(screen.getByRole('heading', { level: 1 })).toHaveFocus());
    expect(screen.getByRole('heading', { level: 1 })).toHaveTextContent('Completed');
  });
});
