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
import { personalKey, useIdentity } from '../../../lib/identity';

const historySchema = z.object({
  at: z.string(),
  type: z.string(),
  detail: z.record(z.string(), z.unknown()).nullish(),
});
export type HistoryEntry = z.infer<typeof historySchema>;

export const moneyStates = ['none', 'captured', 'refunded', 'declined', 'cancelled'] as const;
export type MoneyState = (typeof moneyStates)[number];

const orderSchema = z.object({
  orderId: z.string(),
  status: z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']),
  items: z.array(
    z.object({ productId: z.string(), productName: z.string(), quantity: z.number(), price: z.number() }),
  ),
  totalAmount: z.number(),
  currency: z.string(),
  shippingAddress: z.record(z.string(), z.string().nullish()).nullish(),
  /** What happened to the money; absent while nothing is known. */
  payment: z
    .object({ state: z.enum(moneyStates) })
    .nullish()
    .catch(undefined),
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

export const orderKey = (who: string | undefined, orderId: string): readonly string[] => [
  ...personalKey(who),
  'order',
  orderId,
];
export const ordersKey = (who: string | undefined): readonly string[] => [...personalKey(who), 'orders'];

const useWho = (): string | undefined => useIdentity((state) => state.who);

export function isOpen(order: Pick<Order, 'status'>): boolean {
  return order.status === 'pending' || order.status === 'processing';
}

const happened = (order: Pick<Order, 'history'>, ...types: readonly string[]): boolean =>
  order.history.some((entry) => types.includes(entry.type));

/** Types of history that say that an order will not be completed. */
export const troubles = ['OutOfStock', 'PaymentDeclined', 'StepFailed', 'OrderFailed', 'OrderCancelled'];

/** Whether a cancellation can still win: the capture of the payment has not. */
export function isCancellable(order: Pick<Order, 'status' | 'history'>): boolean {
  return isOpen(order) && !happened(order, 'PaymentCaptured', ...troubles);
}

/** What happened to the money of an order that has ended; undefined while nothing is known. */
export function moneyOf(order: Pick<Order, 'payment' | 'history'>): MoneyState | undefined {
  if (order.payment) return order.payment.state;
  if (happened(order, 'PaymentRefunded')) return 'refunded';
  if (happened(order, 'PaymentCaptured')) return 'captured';
  if (happened(order, 'PaymentDeclined')) return 'declined';
  return happened(order, 'OutOfStock') ? 'none' : undefined;
}

/** Live frames update the cache; while an order is open it is also read now and then, in case a frame was lost. */
export function useOrder(orderId: string): UseQueryResult<Order> {
  const who = useWho();
  return useQuery({
    queryKey: orderKey(who, orderId),
    queryFn: ({ signal }) => api(`/api/orders/${encodeURIComponent(orderId)}`, orderSchema, { signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? 4_000 : false),
  });
}

export function useOrders(): UseInfiniteQueryResult<InfiniteData<OrderList>> {
  const who = useWho();
  return useInfiniteQuery({
    queryKey: ordersKey(who),
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
  const who = useWho();
  return useMutation({
    mutationFn: () =>
      api(`/api/orders/${encodeURIComponent(orderId)}/cancel`, z.unknown(), { method: 'POST' }),
    onSettled: () => queries.invalidateQueries({ queryKey: orderKey(who, orderId) }),
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
