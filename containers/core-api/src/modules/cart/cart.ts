import { CartItemNotFoundError, CartLimitError } from './errors';

export const maximumLines = 50;
export const maximumQuantity = 99;

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
}

/** A cart as it is stored. `version` is 0 before the first write. */
export interface Cart {
  readonly lines: readonly CartLine[];
  readonly version: number;
  /** Guest carts that are already part of this one, so that merging again adds nothing. */
  readonly merged: readonly string[];
}

export const emptyCart: Cart = { lines: [], version: 0, merged: [] };

export type CartChange = (lines: readonly CartLine[]) => readonly CartLine[];

/** Adds to the line of the product, or a new line. Throws {@link CartLimitError}. */
export function addLine(productId: string, quantity: number): CartChange {
  return (lines) => {
    const present = lines.find((line) => line.productId === productId);
    if (present !== undefined) return setLine(productId, present.quantity + quantity)(lines);
    if (lines.length >= maximumLines)
      throw new CartLimitError(`A cart holds at most ${maximumLines} products`);
    return [...lines, { productId, quantity }];
  };
}

/** Throws {@link CartItemNotFoundError} or {@link CartLimitError}. */
export function setLine(productId: string, quantity: number): CartChange {
  return (lines) => {
    if (quantity > maximumQuantity) throw new CartLimitError(`At most ${maximumQuantity} of one product`);
    if (!lines.some((line) => line.productId === productId))
      throw new CartItemNotFoundError('Add the product first');
    return lines.map((line) => (line.productId === productId ? { productId, quantity } : line));
  };
}

export function removeLine(productId: string): CartChange {
  return (lines) => lines.filter((line) => line.productId !== productId);
}

/**
 * The user's lines with the guest's added, each capped by what is for sale. A line that the user had is kept even when
 * its product is sold out; a guest's line of which nothing is for sale is left behind.
 */
export function mergeLines(
  own: readonly CartLine[],
  guest: readonly CartLine[],
  available: (productId: string) => number,
): CartLine[] {
  const quantities = new Map(own.map((line) => [line.productId, line.quantity]));
  for (const { productId, quantity } of guest) {
    const before = quantities.get(productId) ?? 0;
    const capped = Math.min(before + quantity, available(productId), maximumQuantity);
    if (capped > 0 && (before > 0 || quantities.size < maximumLines)) quantities.set(productId, capped);
  }
  return [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
}
