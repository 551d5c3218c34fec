import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, Skeleton } from '../../components/ui/states';
import { useOrders } from '../../features/orders/api/orders';
import { StatusBadge } from '../../features/orders/components/status-badge';
import { formatDateTime } from '../../lib/format';

export function OrdersPage() {
  const { t, i18n } = useTranslation();
  const orders = useOrders();
  if (orders.isPending) {
    return (
      <div className="mx-auto flex max-w-3xl flex-col gap-4">
        {Array.from({ length: 5 }, (_, index) => (
          <Skeleton key={index} className="h-24" />
        ))}
      </div>
    );
  }
  if (orders.isError) return <ErrorState error={orders.error} onRetry={() => void orders.refetch()} />;
  const all = orders.data.pages.flatMap((page) => page.items);
  if (all.length === 0) {
    return (
      <EmptyState
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('cart.browse')}
          </Link>
        }
      >
        {t('orders.empty')}
      </EmptyState>
    );
  }
  return (
    <section className="mx-auto max-w-3xl">
      <h1 className="mb-6 text-3xl">{t('orders.title')}</h1>
      <ul className="flex flex-col gap-4">
        {all.map((order) => (
          <li
            key={order.orderId}
            className="relative rounded-2xl border border-line bg-card p-5 transition-shadow hover:shadow-md"
          >
            <div className="flex flex-wrap items-center justify-between gap-3">
              <time dateTime={order.createdAt} className="text-sm text-muted">
                {formatDateTime(order.createdAt, i18n.language)}
              </time>
              <StatusBadge status={order.status} />
            </div>
            <div className="mt-2 flex flex-wrap items-baseline justify-between gap-3">
              <Link to={`/orders/${order.orderId}`} className="font-medium after:absolute after:inset-0">
                {order.items.map((item) => item.productName).join('、')}
              </Link>
              <strong>
                <Money amount={order.totalAmount} currency={order.currency} />
              </strong>
            </div>
          </li>
        ))}
      </ul>
      {orders.hasNextPage && (
        <div className="mt-8 text-center">
          <Button look="quiet" busy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
            {t('orders.more')}
          </Button>
        </div>
      )}
    </section>
  );
}
