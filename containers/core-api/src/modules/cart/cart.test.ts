import { addLine, maximumLines, mergeLines, removeLine, setLine } from './cart';
import { CartItemNotFoundError, CartLimitError } from './errors';

const line = (productId: string, quantity: number) => ({ productId, quantity });

describe('the lines of a cart', () => {
  it('adds to a line or starts one', () => {
    expect(addLine('a', 2)([line('a', 1)])).toEqual([line('a', 3)]);
    expect(addLine('b', 2)([line('a', 1)])).toEqual([line('a', 1), line('b', 2)]);
  });

  it('holds at most 99 of a product and 50 products', () => {
    expect(() => addLine('a', 99)([line('a', 1)])).toThrow(CartLimitError);
    const full = Array.from({ length: maximumLines }, (_, index) => line(String(index), 1));
    expect(() => addLine('new', 1)(full)).toThrow(CartLimitError);
    expect(addLine('0', 1)(full)).toHaveLength(maximumLines);
  });

  it('sets only what is there, and removes what is there or not', () => {
    expect(setLine('a', 5)([line('a', 1)])).toEqual([line('a', 5)]);
    expect(() => setLine('b', 5)([line('a', 1)])).toThrow(CartItemNotFoundError);
    expect(removeLine('a')([line('a', 1), line('b', 1)])).toEqual([line('b', 1)]);
    expect(removeLine('c')([line('a', 1)])).toEqual([line('a', 1)]);
  });
});

describe("merging a guest's lines", () => {
  const merge = (own: ReturnType<typeof line>[], guest: ReturnType<typeof line>[], available: number) =>
    mergeLines(own, guest, () => available);

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
    const own = Array.from({ length: maximumLines }, (_, index) => line(String(index), 1));
    expect(merge(own, [line('new', 1)], 5)).toEqual(own);
  });
});
