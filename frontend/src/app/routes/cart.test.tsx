import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeShop, json, problem, silence, type Sent } from '../../testing/fake-shop';
import { renderApp } from '../../testing/render-app';

const kettle = { productId: 'p-1', name: 'Kettle', price: 100, quantity: 1, available: 9, imageUrl: null };
const gone = { productId: 'p-2', name: '', price: 0, quantity: 1, available: 0, imageUrl: null, gone: true };

/** The shop's cart: one line whose quantity it is told. */
let quantity: number;
const cart = (...more: object[]) => ({
  checkoutId: 'c-1',
  items: [{ ...kettle, quantity }, ...more],
  subtotal: 100 * quantity,
  currency: 'JPY',
});
const set = ({ body }: Sent): Response => {
  quantity = (body as { quantity: number }).quantity;
  return json(cart());
};

let shop: FakeShop;
beforeEach(() => {
  localStorage.clear();
  quantity = 1;
  shop = new FakeShop().on('GET /api/cart', () => json(cart()));
});

const more = (): Promise<HTMLElement> => screen.findByRole('button', { name: 'More of Kettle' });
const sentQuantities = (): unknown[] => shop.to('PATCH /api/cart/items/p-1').map(({ body }) => body);

it('keeps every press: five from one are six, sent as what is wanted in the end', async () => {
  let answer: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (answer = resolve));
  shop.on('PATCH /api/cart/items/*', async (sent) => slow.then(() => set(sent)), set);
  await renderApp('/cart');
  const button = await more();
  for (let press = 0; press < 5; press += 1) await userEvent.click(button);
  expect(screen.getByLabelText('Quantity')).toHaveTextContent('6');
  expect(screen.getByTestId('subtotal')).toHaveTextContent('600');
  answer();
  await waitFor(() => expect(quantity).toBe(6));
  expect(sentQuantities()).toEqual([{ quantity: 2 }, { quantity: 6 }]);
  expect(screen.getByLabelText('Quantity')).toHaveTextContent('6');
});

it('takes a change back that the shop did not make, and says so', async () => {
  shop.on('PATCH /api/cart/items/*', silence);
  await renderApp('/cart');
  await userEvent.click(await more());
  await screen.findByText(/That was not changed/);
  expect(screen.getByLabelText('Quantity')).toHaveTextContent('1');
});

it('shows a product that has gone as gone, and lets it only be removed', async () => {
  shop.on('GET /api/cart', () => json(cart(gone)));
  shop.on('DELETE /api/cart/items/*', () => json(cart()));
  await renderApp('/cart');
  await screen.findByText(/This has left the shop/);
  expect(screen.getByTestId('cart-count')).toHaveTextContent('1');
  expect(screen.getByRole('button', { name: 'Go to checkout' })).toBeDisabled();
  await userEvent.click(screen.getByRole('button', { name: /^Remove A product that has left/ }));
  await screen.findByRole('link', { name: 'Go to checkout' });
  expect(shop.to('DELETE /api/cart/items/p-2')).toHaveLength(1);
});

describe('putting into the cart', () => {
  beforeEach(() => {
    shop.on('GET /api/products/*', () =>
      json({ id: 'p-1', name: 'Kettle', price: 100, currency: 'JPY', available: 5 }),
    );
  });
  const add = async (): Promise<void> => {
    await renderApp('/products/p-1');
    await userEvent.selectOptions(await screen.findByLabelText('Quantity'), '3');
    await userEvent.click(screen.getByRole('button', { name: /Add to cart/i }));
  };

  it('more than there are says how many were added', async () => {
    shop.on('POST /api/cart/items', () => json({ ...cart(), added: 2 }));
    await add();
    await screen.findByText('Only 2 of 3 could be added: there are no more.');
  });

  it('is told apart from a refusal', async () => {
    shop.on('POST /api/cart/items', () => problem(429, 'RATE_LIMITED', {}, { 'retry-after': '20' }));
    await add();
    await screen.findByText(/Too many requests.*You can try again in 20 seconds/);
  });
});
