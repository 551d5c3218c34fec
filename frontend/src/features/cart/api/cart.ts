import { useQuery, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../../lib/api-client';
import { personalKey, useIdentity } from '../../../lib/identity';

const cartSchema = z.object({
  /** Names the attempt to buy this cart; null for an empty one. */
  checkoutId: z.string().nullish(),
  items: z.array(
    z.object({
      productId: z.string(),
      name: z.string(),
      price: z.number(),
      quantity: z.number(),
      available: z.number(),
      imageUrl: z.string().nullish(),
      /** The product has left the shop: the line counts for nothing and can only be removed. */
      gone: z.boolean().optional(),
    }),
  ),
  subtotal: z.number(),
  currency: z.string(),
});
export type Cart = z.infer<typeof cartSchema>;
export type CartItem = Cart['items'][number];

const addedSchema = cartSchema.extend({ added: z.number().optional() });

export const cartKey = (who: string | undefined): readonly string[] => [...personalKey(who), 'cart'];

export const readCart = (signal?: AbortSignal): Promise<Cart> => api('/api/cart', cartSchema, { signal });

export function useCart(): UseQueryResult<Cart> {
  const who = useIdentity((state) => state.who);
  return useQuery({
    queryKey: cartKey(who),
    queryFn: ({ signal }) => readCart(signal),
    enabled: who !== undefined,
    // Another tab may have changed or bought it.
    staleTime: 0,
  });
}

/** Every change answers the whole cart, which replaces what is shown, unless its owner has left meanwhile. */
export function showCart(queries: QueryClient, who: string | undefined, cart: Cart): void {
  if (useIdentity.getState().who !== who) return;
  void queries.cancelQueries({ queryKey: cartKey(who) });
  queries.setQueryData(cartKey(who), cart);
}

const linePath = (productId: string): string => `/api/cart/items/${encodeURIComponent(productId)}`;

/** Answers the cart and how many were added: never more than there are. */
export async function addLine(productId: string, quantity: number): Promise<{ cart: Cart; added: number }> {
  const { added = quantity, ...cart } = await api('/api/cart/items', addedSchema, {
    method: 'POST',
    body: { productId, quantity },
  });
  return { cart, added };
}

/** Sets how many there shall be; 0 removes the line. */
export function setLine(productId: string, quantity: number): Promise<Cart> {
  return quantity === 0
    ? api(linePath(productId), cartSchema, { method: 'DELETE' })
    : api(linePath(productId), cartSchema, { method: 'PATCH', body: { quantity } });
}

/** Whether the cart can be ordered as it is: nothing has gone or run short. */
export function isOrderable({ items }: Pick<Cart, 'items'>): boolean {
  return items.length > 0 && items.every((item) => !item.gone && item.quantity <= item.available);
}
