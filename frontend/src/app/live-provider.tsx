import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useSessionStore } from '../features/auth/api/session-store';
import { cartKey } from '../features/cart/api/cart';
import type { Product, ProductList } from '../features/catalogue/api/products';
import { LiveConnection, type LiveFrame } from '../features/live/api/live-connection';
import { LiveContext } from '../features/live/api/use-live';
import { orderKey, withUpdate, type Order } from '../features/orders/api/orders';

/** Connects a signed-in shopper, and brings what the frames say into what is shown. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const userId = useSessionStore((state) => state.user?.id);
  const live = useMemo(() => (userId === undefined ? undefined : liveConnection(queries)), [userId, queries]);

  // A guest's cart becomes the user's, and nobody sees the last user's orders.
  useEffect(() => {
    queries.removeQueries({ queryKey: ['order'] });
    queries.removeQueries({ queryKey: ['orders'] });
    void queries.invalidateQueries({ queryKey: cartKey });
    live?.start();
    return () => live?.stop();
  }, [live, queries]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function liveConnection(queries: QueryClient): LiveConnection {
  return new LiveConnection({
    onFrame: (frame) => apply(queries, frame),
    onConnected: () => {
      for (const key of ['order', 'orders', 'product', 'products'])
        void queries.invalidateQueries({ queryKey: [key] });
    },
  });
}

function apply(queries: QueryClient, frame: LiveFrame): void {
  if (frame.type === 'ORDER_STATUS_UPDATE') {
    const { orderId, status, event } = frame.data;
    queries.setQueryData<Order>(
      orderKey(orderId),
      (order) => order && withUpdate(order, { orderId, status, event }),
    );
    // The end of an order has more to tell than a frame does (failure, refund).
    if (['completed', 'failed', 'cancelled'].includes(status)) {
      void queries.invalidateQueries({ queryKey: orderKey(orderId) });
      void queries.invalidateQueries({ queryKey: ['orders'] });
    }
    return;
  }
  const { productId, available } = frame.data;
  queries.setQueriesData<Product>(
    { queryKey: ['product', productId] },
    (product) => product && { ...product, available },
  );
  queries.setQueriesData<ProductList>(
    { queryKey: ['products'] },
    (list) =>
      list && {
        ...list,
        items: list.items.map((item) => (item.id === productId ? { ...item, available } : item)),
      },
  );
}
