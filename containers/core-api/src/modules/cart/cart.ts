import { ProductNotFoundError } from '../product/errors';
import { needsRenewal, newCheckoutId } from './checkout';
import { CartItemNotFoundError, CartLimitError } from './errors';

export const maximumLines = 50;
export const maximumQuantity = 99;
/** A cart that nobody touches is forgotten after this. */
export const cartLifeDays = 30;

export interface CartLine {
  readonly productId: string;
  readonly quantity: number;
}

/** A cart as it is stored. `version` is 0 before the first write. */
export interface Cart {
  readonly lines: readonly CartLine[];
  readonly version: number;
  /** Names the attempt to buy this cart; null while it is empty. */
  readonly checkoutId: string | null;
}

export const emptyCart: Cart = { lines: [], version: 0, checkoutId: null };

/** The cart with other lines: an attempt begins when it is filled and ends when it is emptied. */
export function withLines(cart: Cart, lines: readonly CartLine[]): Cart {
  return { ...cart, lines, checkoutId: lines.length === 0 ? null : (cart.checkoutId ?? newCheckoutId()) };
}

/** The cart with a name for the attempt to buy it where it has none, or one that is too old; else the very cart. */
export function withAttempt(cart: Cart): Cart {
  const isNamed = cart.checkoutId !== null && !needsRenewal(cart.checkoutId);
  return cart.lines.length === 0 || isNamed ? cart : withLines({ ...cart, checkoutId: null }, cart.lines);
}

/**
 * The cart after the order that its checkoutId was spent on: what was ordered has left it. What was put in meanwhile, or
 * is more than was ordered, stays, and buying that is another attempt.
 */
export function afterPurchase(cart: Cart, ordered: readonly CartLine[]): Cart {
  const bought = new Map(ordered.map((line) => [line.productId, line.quantity]));
  const lines = cart.lines
    .map((line) => ({ ...line, quantity: line.quantity - (bought.get(line.productId) ?? 0) }))
    .filter((line) => line.quantity > 0);
  return withLines({ ...cart, checkoutId: null }, lines);
}

/** How many of a product are for sale now; undefined when it is no longer sold at all. */
export type Offer = (productId: string) => number | undefined;

export type CartChange = (lines: readonly CartLine[], offer: Offer) => readonly CartLine[];

/**
 * Adds to the line of the product, or a new line: as many as are for sale and a line may hold, which may be none.
 * Throws {@link ProductNotFoundError} or {@link CartLimitError}.
 */
export function addLine(productId: string, quantity: number): CartChange {
  return (lines, offer) => {
    if (offer(productId) === undefined) throw new ProductNotFoundError(productId);
    const added = lineAdded(lines, { productId, quantity }, offer);
    if (added === undefined) throw new CartLimitError(`A cart holds at most ${maximumLines} products`);
    return added;
  };
}

/** Throws {@link CartItemNotFoundError} or, for a line that can only be removed, {@link ProductNotFoundError}. */
export function setLine(productId: string, quantity: number): CartChange {
  return (lines, offer) => {
    if (quantityOf(lines, productId) === 0) throw new CartItemNotFoundError('Add the product first');
    if (offer(productId) === undefined) throw new ProductNotFoundError(productId);
    return replaceQuantity(lines, productId, quantity);
  };
}

export function removeLine(productId: string): CartChange {
  return (lines) => lines.filter((line) => line.productId !== productId);
}

/**
 * The user's lines with the guest's added, each capped by what is for sale. A guest's line that is sold out, or for which
 * there is no room, is left behind; one whose product is gone comes last, so that nothing vanishes by signing in.
 */
export function mergeLines(guest: readonly CartLine[]): CartChange {
  return (own, offer) => {
    const merged = guest.reduce((lines, line) => lineAdded(lines, line, offer) ?? lines, own);
    const gone = guest.filter(
      ({ productId }) => offer(productId) === undefined && quantityOf(merged, productId) === 0,
    );
    return [...merged, ...gone].slice(0, maximumLines);
  };
}

export function quantityOf(lines: readonly CartLine[], productId: string): number {
  return lines.find((line) => line.productId === productId)?.quantity ?? 0;
}

/** Undefined when the cart is full. */
function lineAdded(
  lines: readonly CartLine[],
  { productId, quantity }: CartLine,
  offer: Offer,
): readonly CartLine[] | undefined {
  const present = quantityOf(lines, productId);
  const capped = Math.min(present + quantity, offer(productId) ?? 0, maximumQuantity);
  // The line may hold more than is still for sale; that is for the shopper to change.
  if (capped <= present) return lines;
  if (present > 0) return replaceQuantity(lines, productId, capped);
  const room = withRoom(lines, offer);
  return room && [...room, { productId, quantity: capped }];
}

/** The lines with room for one more: a full cart gives up the oldest line whose product is gone. */
function withRoom(lines: readonly CartLine[], offer: Offer): readonly CartLine[] | undefined {
  if (lines.length < maximumLines) return lines;
  const gone = lines.find((line) => offer(line.productId) === undefined);
  return gone && lines.filter((line) => line !== gone);
}

function replaceQuantity(lines: readonly CartLine[], productId: string, quantity: number): CartLine[] {
  return lines.map((line) => (line.productId === productId ? { productId, quantity } : line));
}
