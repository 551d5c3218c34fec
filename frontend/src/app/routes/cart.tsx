import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, Loading } from '../../components/ui/states';
import { useSessionStore } from '../../features/auth/api/session-store';
import { useCart } from '../../features/cart/api/cart';
import { CartLine } from '../../features/cart/components/cart-line';

export function CartPage() {
  const { t } = useTranslation();
  const cart = useCart();
  const user = useSessionStore((state) => state.user);
  if (cart.isPending) return <Loading />;
  if (cart.isError) return <ErrorState error={cart.error} onRetry={() => void cart.refetch()} />;
  const { items, subtotal, currency } = cart.data;
  if (items.length === 0) {
    return (
      <EmptyState
        action={
          <Link to="/" className={buttonClass('primary')}>
            {t('cart.browse')}
          </Link>
        }
      >
        {t('cart.empty')}
      </EmptyState>
    );
  }
  const short = items.some((item) => item.quantity > item.available);
  return (
    <section className="mx-auto max-w-3xl">
      <h1 className="mb-4 text-3xl">{t('cart.title')}</h1>
      <ul className="divide-y divide-line border-y border-line">
        {items.map((item) => (
          <CartLine key={item.productId} item={item} currency={currency} />
        ))}
      </ul>
      <div className="mt-6 flex flex-col items-end gap-4">
        <p className="text-xl">
          {t('cart.subtotal')}{' '}
          <strong data-testid="subtotal">
            <Money amount={subtotal} currency={currency} />
          </strong>
        </p>
        {!user && <p className="text-sm text-muted">{t('cart.loginHint')}</p>}
        {short ? (
          <Button disabled>{t('cart.checkout')}</Button>
        ) : (
          <Link to="/checkout" className={buttonClass('primary')}>
            {t('cart.checkout')}
          </Link>
        )}
      </div>
    </section>
  );
}
