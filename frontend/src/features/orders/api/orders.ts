import {
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import { z } from 'zod';
import { api } from '../../../lib/api-client';

const historySchema = z.object({
  at: z.string(),
  type: z.string(),
  detail: z.record(z.string(), z.unknown()).nullish(),
});
export type HistoryEntry = z.infer<typeof historySchema>;

const orderSchema = z.object({
  orderId: z.string(),
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']),
  items: z.array(
    z.object({ productId: z.string(), productName: z.string(), quantity: z.number(), price: z.number() }),
  ),
  totalAmount: z.number(),
  currency: z.string(),
  shippingAddress: z.record(z.string(), z.string().nullish()).nullish(),
  failure: z.object({ code: z.string(), message: z.string() }).nullish(),
  createdAt: z.string(),
  updatedAt: z.string(),
  history: z.array(historySchema),
});
export type Order = z.infer<typeof orderSchema>;

const listSchema = z.object({
  items: z.array(orderSchema.partial({ history: true, shippingAddress: true })),
  nextCursor: z.string().nullish(),
});
export type OrderList = z.infer<typeof listSchema>;

export const orderKey = (orderId: string): readonly string[] => ['order', orderId];

export function isOpen(order: Pick<Order, 'status'>): boolean {
  return order.status === 'pending' || order.status === 'processing';
}

/** Live frames update the cache; while an order is open it is also read now and then, in case a frame was lost. */
export function useOrder(orderId: string): UseQueryResult<Order> {
  return useQuery({
    queryKey: orderKey(orderId),
    queryFn: ({ signal }) => api(`/api/orders/${encodeURIComponent(orderId)}`, orderSchema, { signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 4_000 : false),
  });
}

export function useOrders(): UseInfiniteQueryResult<InfiniteData<OrderList>> {
  return useInfiniteQuery({
    queryKey: ['orders'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : '';
      return api(`/api/orders?limit=20${cursor}`, listSchema, { signal });
    },
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

export function useCancelOrder(orderId: string): UseMutationResult<unknown, Error, void> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      api(`/api/orders/${encodeURIComponent(orderId)}/cancel`, z.unknown(), { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: orderKey(orderId) }),
  });
}

export interface OrderUpdate {
  readonly orderId: string;
  readonly status: string;
  readonly event: HistoryEntry;
}

/** An order with one live step added. Steps may come twice or out of order; a status never goes back. */
export function withUpdate(order: Order, { status, event }: OrderUpdate): Order {
  const known = order.history.some((entry) => entry.at === event.at && entry.type === event.type);
  const history = known
    ? order.history
    : [...order.history, event].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const rank = (value: string): number =>
    ['pending', 'processing', 'completed', 'failed', 'cancelled'].indexOf(value);
  const next =
    isOpen(order) && rank(status) > rank(order.status) ? (status as Order['status']) : order.status;
  return { ...order, history, status: next };
}
