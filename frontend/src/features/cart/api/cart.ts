import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../../lib/api-client';

const cartSchema = z.object({
  items: z.array(
    z.object({
      productId: z.string(),
      name: z.string(),
      price: z.number(),
      quantity: z.number(),
      available: z.number(),
      imageUrl: z.string().nullish(),
    }),
  ),
  subtotal: z.number(),
  currency: z.string(),
});
export type Cart = z.infer<typeof cartSchema>;

export const cartKey = ['cart'] as const;

export function useCart(): UseQueryResult<Cart> {
  return useQuery({ queryKey: cartKey, queryFn: ({ signal }) => api('/api/cart', cartSchema, { signal }) });
}

export type CartChange =
  | { readonly kind: 'add'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'set'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'remove'; readonly productId: string };

/** Every call answers the whole cart, which replaces what is shown. */
export function useCartChange(): UseMutationResult<Cart, Error, CartChange> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: CartChange) => send(change),
    scope: { id: 'cart' },
    onSuccess: (cart) => queries.setQueryData(cartKey, cart),
  });
}

function send(change: CartChange): Promise<Cart> {
  const path = `/api/cart/items/${encodeURIComponent(change.productId)}`;
  switch (change.kind) {
    case 'add':
      return api('/api/cart/items', cartSchema, {
        method: 'POST',
        body: { productId: change.productId, quantity: change.quantity },
      });
    case 'set':
      return api(path, cartSchema, { method: 'PATCH', body: { quantity: change.quantity } });
    case 'remove':
      return api(path, cartSchema, { method: 'DELETE' });
  }
}
