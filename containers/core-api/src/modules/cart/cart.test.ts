import { ProductNotFoundError } from '../product/errors';
import {
  addLine,
  afterPurchase,
  emptyCart,
  maximumLines,
  mergeLines,
  removeLine,
  setLine,
  withLines,
  type Cart,
} from './cart';
import { CartItemNotFoundError, CartLimitError } from './errors';

const line = (productId: string, quantity: number) => ({ productId, quantity });
const lines = (count: number) => Array.from({ length: count }, (_, index) => line(String(index), 1));
/** Each product with so many for sale but those that are gone. */
const offer =
  (available: number, ...gone: string[]) =>
  (productId: string) =>
    gone.includes(productId) ? undefined : available;

describe('the lines of a cart', () => {
  it('adds to a line or starts one', () => {
    expect(addLine('a', 2)([line('a', 1)], offer(9))).toEqual([line('a', 3)]);
    expect(addLine('b', 2)([line('a', 1)], offer(9))).toEqual([line('a', 1), line('b', 2)]);
  });

  it.each([
    ['what is for sale', 5, 5],
    ['99', 500, 99],
  ])('adds up to %s', (_, available, expected) => {
    expect(addLine('a', 99)([line('a', 1)], offer(available))).toEqual([line('a', expected)]);
    expect(addLine('a', 1)([line('a', expected)], offer(available))).toEqual([line('a', expected)]);
  });

  it('adds nothing of a sold-out product, and takes nothing away', () => {
    expect(addLine('a', 1)([], offer(0))).toEqual([]);
    expect(addLine('a', 1)([line('a', 3)], offer(2))).toEqual([line('a', 3)]);
  });

  it('holds at most 50 products', () => {
    expect(() => addLine('new', 1)(lines(maximumLines), offer(9))).toThrow(CartLimitError);
    expect(addLine('0', 1)(lines(maximumLines), offer(9))).toHaveLength(maximumLines);
  });

  it('gives up the oldest product that is gone for a new one when it is full', () => {
    const [first, second, ...others] = lines(maximumLines);
    const changed = addLine('new', 1)([first!, second!, ...others], offer(9, '1', '2'));
    expect(changed).toEqual([first, ...others, line('new', 1)]);
  });

  it('sets only what is there, and removes what is there or not', () => {
    expect(setLine('a', 5)([line('a', 1)], offer(9))).toEqual([line('a', 5)]);
    expect(() => setLine('b', 5)([line('a', 1)], offer(9))).toThrow(CartItemNotFoundError);
    expect(removeLine('a')([line('a', 1), line('b', 1)], offer(9))).toEqual([line('b', 1)]);
    expect(removeLine('c')([line('a', 1)], offer(9))).toEqual([line('a', 1)]);
  });

  it('neither adds nor sets a product that is gone, but removes it', () => {
    expect(() => addLine('a', 1)([line('a', 1)], offer(9, 'a'))).toThrow(ProductNotFoundError);
    expect(() => setLine('a', 1)([line('a', 2)], offer(9, 'a'))).toThrow(ProductNotFoundError);
    expect(removeLine('a')([line('a', 2)], offer(9, 'a'))).toEqual([]);
  });
});

describe('the attempt to buy a cart', () => {
  const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}$/);
  const filled = withLines(emptyCart, [line('a', 2)]);

  it('begins with the first line, goes on while there is one, and ends with the last', () => {
    expect(filled.checkoutId).toEqual(uuid);
    expect(withLines(filled, [line('b', 1)]).checkoutId).toBe(filled.checkoutId);
    expect(withLines(filled, []).checkoutId).toBeNull();
    expect(withLines(withLines(filled, []), [line('a', 2)]).checkoutId).not.toBe(filled.checkoutId);
  });

  it('leaves the cart empty when all of it was ordered', () => {
    expect(afterPurchase(filled, [line('a', 2)])).toEqual({ ...filled, lines: [], checkoutId: null });
  });

  it('keeps what was not ordered, and buying that is another attempt', () => {
    const cart: Cart = { ...filled, lines: [line('a', 5), line('b', 1), line('c', 1)] };
    const rest = afterPurchase(cart, [line('a', 2), line('b', 3), line('x', 1)]);
    expect(rest.lines).toEqual([line('a', 3), line('c', 1)]);
    expect(rest.checkoutId).toEqual(uuid);
    expect(rest.checkoutId).not.toBe(cart.checkoutId);
  });
});

describe("merging a guest's lines", () => {
  const merge = (own: ReturnType<typeof line>[], guest: ReturnType<typeof line>[], available: number) =>
    mergeLines(guest)(own, offer(available));

  it('adds quantities up to what is for sale', () => {
    expect(merge([line('a', 4)], [line('a', 3), line('b', 1)], 5)).toEqual([line('a', 5), line('b', 1)]);
  });

  it('never exceeds 99 of a product', () => {
    expect(merge([line('a', 60)], [line('a', 60)], 500)).toEqual([line('a', 99)]);
  });

  it("leaves a guest's sold-out product behind but keeps the user's own", () => {
    expect(merge([line('a', 2)], [line('a', 1), line('b', 1)], 0)).toEqual([line('a', 2)]);
  });

  it('keeps to 50 products', () => {
    const own = lines(maximumLines);
    expect(merge(own, [line('new', 1)], 5)).toEqual(own);
  });

  it('prefers what is sold to what is gone', () => {
    const own = lines(maximumLines);
    const gone = own.map(({ productId }) => productId);
    const merged = mergeLines([line('old', 1), line('new', 1)])(own, offer(5, 'old', ...gone));
    expect(merged).toEqual([...own.slice(1), line('new', 1)]);
  });

  it('keeps what is gone, once and last', () => {
    const merged = mergeLines([line('old', 1), line('new', 1), line('a', 1)])(
      [line('a', 2)],
      offer(5, 'old', 'a'),
    );
    expect(merged).toEqual([line('a', 2), line('new', 1), line('old', 1)]);
  });

  it("takes nothing away from a line of the user's of which less is for sale", () => {
    expect(merge([line('a', 7)], [line('a', 1)], 5)).toEqual([line('a', 7)]);
  });
});
