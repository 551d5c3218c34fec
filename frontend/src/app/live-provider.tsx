import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, type ReactNode } from 'react';
import type { Product, ProductList } from '../features/catalogue/api/products';
import { LiveConnection, type LiveFrame } from '../features/live/api/live-connection';
import { LiveContext } from '../features/live/api/use-live';
import { orderKey, ordersKey, withUpdate, type Order } from '../features/orders/api/orders';
import { guest, personalKey, useIdentity } from '../lib/identity';

/** Connects a signed-in shopper, and brings what the frames say into what is shown. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const who = useIdentity((state) => state.who);
  const live = useMemo(
    () => (who === undefined || who === guest ? undefined : liveConnection(queries, who)),
    [who, queries],
  );

  useEffect(() => {
    live?.start();
    return () => live?.stop();
  }, [live]);

  return <LiveContext value={live}>{children}</LiveContext>;
}

function liveConnection(queries: QueryClient, who: string): LiveConnection {
  return new LiveConnection({
    onFrame: (frame) => apply(queries, who, frame),
    onConnected: () => {
      for (const queryKey of [personalKey(who), ['product'], ['products']])
        void queries.invalidateQueries({ queryKey });
    },
  });
}

function apply(queries: QueryClient, who: string, frame: LiveFrame): void {
  if (frame.type === 'ORDER_STATUS_UPDATE') {
    const { orderId, status, event } = frame.data;
    queries.setQueryData<Order>(
      orderKey(who, orderId),
      (order) => order && withUpdate(order, { orderId, status, event }),
    );
    // The end of an order has more to tell than a frame does (failure, refund).
    if (['completed', 'failed', 'cancelled'].includes(status)) {
      void queries.invalidateQueries({ queryKey: orderKey(who, orderId) });
      void queries.invalidateQueries({ queryKey: ordersKey(who) });
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
