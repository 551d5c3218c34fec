import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useParams } from 'react-router';
import { buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, Loading } from '../../components/ui/states';
import { LiveBadge } from '../../features/live/components/live-badge';
import { isOpen, useOrder, type Order } from '../../features/orders/api/orders';
import { CancelOrder } from '../../features/orders/components/cancel-order';
import { Outcome } from '../../features/orders/components/outcome';
import { StatusBadge } from '../../features/orders/components/status-badge';
import { Timeline } from '../../features/orders/components/timeline';
import { ApiError } from '../../lib/api-client';
import { formatDateTime } from '../../lib/format';
import { OrderRecovery } from './order-recovery';

export function OrderPage() {
  const { t } = useTranslation();
  const { orderId = '' } = useParams();
  const order = useOrder(orderId);
  if (order.isPending) return <Loading />;
  if (order.error instanceof ApiError && order.error.status === 404) {
    return (
      <EmptyState
        action={
          <Link to="/orders" className={buttonClass('quiet')}>
            {t('orders.title')}
          </Link>
        }
      >
        {t('orders.notFound')}
      </EmptyState>
    );
  }
  if (!order.data) return <ErrorState error={order.error} onRetry={() => void order.refetch()} />;
  return <OrderDetail order={order.data} stale={order.isError} />;
}

function OrderDetail({ order, stale }: { readonly order: Order; readonly stale: boolean }) {
  const { t, i18n } = useTranslation();
  const { placed } = (useLocation().state ?? {}) as { placed?: boolean };
  const address = order.shippingAddress ?? {};
  const heading = useRef<HTMLHeadingElement>(null);
  const focusHeading = useCallback(() => heading.current?.focus(), []);
  return (
    <article className="grid gap-8 lg:grid-cols-[1fr_24rem]">
      <section className="flex flex-col gap-6">
        <header className="flex flex-wrap items-center justify-between gap-3">
          <div>
            <h1 ref={heading} tabIndex={-1} className="text-3xl">
              {placed && order.status !== 'failed' && order.status !== 'cancelled'
                ? t('orders.thanks')
                : t('orders.detail')}
              <span className="sr-only"> {t(`status.${order.status}`)}</span>
            </h1>
            <p className="mt-1 text-sm text-muted">
              {t('orders.number')} <span className="break-all">{order.orderId}</span>
            </p>
            <p className="text-sm text-muted">
              {t('orders.placedAt')}{' '}
              <time dateTime={order.createdAt}>{formatDateTime(order.createdAt, i18n.language)}</time>
            </p>
          </div>
          <span role="status">
            <StatusBadge status={order.status} />
          </span>
        </header>
        <Outcome order={order} />
        <OrderRecovery order={order} />
        <ul className="divide-y divide-line rounded-2xl border border-line bg-card px-5">
          {order.items.map((item) => (
            <li key={item.productId} className="flex justify-between gap-4 py-4">
              <Link to={`/products/${item.productId}`} className="hover:text-indigo">
                {item.productName} × {item.quantity}
              </Link>
              <Money amount={item.price * item.quantity} currency={order.currency} />
            </li>
          ))}
          <li className="flex justify-between py-4 text-lg font-semibold">
            {t('checkout.total')}
            <Money amount={order.totalAmount} currency={order.currency} />
          </li>
        </ul>
        <section>
          <h2 className="mb-2 text-lg">{t('orders.shipTo')}</h2>
          <address className="leading-7 text-muted not-italic">
            {address.name}
            <br />〒{address.postalCode} {address.prefecture}
            {address.city}
            {address.line1} {address.line2}
            <br />
            {address.phone}
          </address>
        </section>
      </section>
      <aside className="h-fit rounded-2xl border border-line bg-card p-6">
        <div className="mb-5 flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-xl">{t('orders.timeline')}</h2>
          {isOpen(order) && <LiveBadge />}
        </div>
        <Timeline order={order} />
        {stale && (
          <p role="status" className="text-sm text-shu">
            {t('orders.refresh')}
          </p>
        )}
        <CancelOrder order={order} onFocusLost={focusHeading} />
      </aside>
    </article>
  );
}
