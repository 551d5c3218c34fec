import { useMutation, useQueryClient, type QueryClient, type UseMutationResult } from '@tanstack/react-query';
import { create } from 'zustand';
import { onIdentityChange, useIdentity } from '../../../lib/identity';
import { addLine, cartKey, setLine, showCart, useCart, type Cart } from './cart';

interface CartChanges {
  /** What the shopper has pressed and the shop has not confirmed, by product; 0 for a removal. */
  readonly wanted: Readonly<Record<string, number>>;
  /** Why the last change of a product was not made. */
  readonly failed: Readonly<Record<string, unknown>>;
}

const none: CartChanges = { wanted: {}, failed: {} };
export const useCartChanges = create<CartChanges>(() => none);
onIdentityChange(() => useCartChanges.setState(none));

let last: Promise<unknown> = Promise.resolve();

/** Changes of the cart go out one after the other, so that the last answer is the latest cart. */
export function inTurn<T>(change: () => Promise<T>): Promise<T> {
  const turn = last.then(change, change);
  last = turn.catch(() => undefined);
  return turn;
}

/**
 * Shows the new quantity at once and sends it as an absolute value. Presses that come while one is under way are sent
 * together as the last of them; a change that fails is taken back and says why.
 */
export function useSetQuantity(): (productId: string, quantity: number) => void {
  const queries = useQueryClient();
  const who = useIdentity((state) => state.who);
  return (productId, quantity) => {
    useCartChanges.setState(({ wanted, failed }) => ({
      wanted: { ...wanted, [productId]: quantity },
      failed: without(failed, productId),
    }));
    void inTurn(() => sendWanted(queries, who, productId));
  };
}

async function sendWanted(queries: QueryClient, who: string | undefined, productId: string): Promise<void> {
  const quantity = useCartChanges.getState().wanted[productId];
  // Went out with an earlier press, or was somebody else's.
  if (quantity === undefined) return;
  const isLatest = (): boolean => useCartChanges.getState().wanted[productId] === quantity;
  try {
    showCart(queries, who, await setLine(productId, quantity));
    if (isLatest()) settle(productId);
  } catch (error) {
    if (isLatest()) settle(productId, error);
    void queries.invalidateQueries({ queryKey: cartKey(who) });
  }
}

function settle(productId: string, error?: unknown): void {
  useCartChanges.setState(({ wanted, failed }) => ({
    wanted: without(wanted, productId),
    failed: error === undefined ? without(failed, productId) : { ...failed, [productId]: error },
  }));
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

/** The cart with what the shopper has just pressed, and whether the shop has confirmed all of it. */
export function useShownCart(): {
  cart: ReturnType<typeof useCart>;
  shown: Cart | undefined;
  settled: boolean;
} {
  const cart = useCart();
  const wanted = useCartChanges((state) => state.wanted);
  return {
    cart,
    shown: cart.data && withWanted(cart.data, wanted),
    settled: Object.keys(wanted).length === 0,
  };
}

export function withWanted(cart: Cart, wanted: CartChanges['wanted']): Cart {
  if (Object.keys(wanted).length === 0) return cart;
  const items = cart.items
    .map((item) => ({ ...item, quantity: wanted[item.productId] ?? item.quantity }))
    .filter((item) => item.quantity > 0);
  const subtotal = items.reduce((sum, item) => sum + (item.gone ? 0 : item.price * item.quantity), 0);
  return { ...cart, items, subtotal };
}

interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Resolves to how many were added. */
export function useAddToCart(): UseMutationResult<number, Error, Line> {
  const queries = useQueryClient();
  const who = useIdentity((state) => state.who);
  return useMutation({
    mutationFn: ({ productId, quantity }: Line) =>
      inTurn(() => addAndShow(queries, who, productId, quantity)),
  });
}

export async function addAndShow(
  queries: QueryClient,
  who: string | undefined,
  productId: string,
  quantity: number,
): Promise<number> {
  const { cart, added } = await addLine(productId, quantity);
  showCart(queries, who, cart);
  return added;
}
