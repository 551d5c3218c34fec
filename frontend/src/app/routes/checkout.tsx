import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '../../components/ui/button';
import { EmptyState, ErrorState, Loading } from '../../components/ui/states';
import { useSessionStore } from '../../features/auth/api/session-store';
import type { User } from '../../features/auth/api/session';
import type { Cart } from '../../features/cart/api/cart';
import { useShownCart } from '../../features/cart/api/cart-changes';
import { useAddresses } from '../../features/checkout/api/addresses';
import { draftOf, mayHaveBecome, type Draft } from '../../features/checkout/api/draft';
import { isUnderWay, useOrderAttempt } from '../../features/checkout/api/order-attempt';
import { AlreadyOrdered } from '../../features/checkout/components/attempt-notice';
import { useOrders } from '../../features/orders/api/orders';
import { CheckoutForm } from './checkout-form';

export function CheckoutPage() {
  const user = useSessionStore((state) => state.user);
  // Somebody else's checkout is another one.
  return user ? <Checkout key={user.id} user={user} /> : <Loading />;
}

function Checkout({ user }: { readonly user: User }) {
  const { cart, shown, settled } = useShownCart();
  const addresses = useAddresses();
  const order = useOrderAttempt();
  const [draft] = useState(() => draftOf(user.id).read());
  // What has been sent stays shown until it is known what became of it: the shop empties the cart meanwhile.
  const [sent, setSent] = useState<Cart>();
  const current = isUnderWay(order.attempt) ? sent : shown;

  if (order.attempt.state === 'already') return <AlreadyOrdered orderId={order.attempt.orderId} />;
  if (order.attempt.state === 'accepted') return <Loading />;
  if (!current && cart.isError) return <ErrorState error={cart.error} onRetry={() => void cart.refetch()} />;
  if (!current || addresses.isPending) return <Loading />;
  if (current.items.length === 0) return <NothingToOrder draft={draft} />;
  return (
    <CheckoutForm
      user={user}
      cart={current}
      settled={settled}
      addresses={addresses.data ?? []}
      draft={draft}
      order={order}
      onSend={() => setSent(current)}
    />
  );
}

/** After a reload in the middle of ordering an empty cart means that the order has arrived. */
function NothingToOrder({ draft }: { readonly draft: Draft | undefined }) {
  const { t } = useTranslation();
  const orders = useOrders();
  const latest = orders.data?.pages[0]?.items[0];
  if (draft?.sentAt !== undefined && orders.isPending) return <Loading />;
  if (draft && latest && mayHaveBecome(draft, latest)) return <AlreadyOrdered orderId={latest.orderId} />;
  return (
    <EmptyState
      action={
        <div className="flex flex-wrap justify-center gap-3">
          <Link to="/" className={buttonClass('primary')}>
            {t('cart.browse')}
          </Link>
          {latest && (
            <Link to="/orders" className={buttonClass('quiet')}>
              {t('orders.title')}
            </Link>
          )}
        </div>
      }
    >
      {t('checkout.empty')}
    </EmptyState>
  );
}
