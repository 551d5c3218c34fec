import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { Money } from '../../components/ui/money';
import { EmptyState, ErrorState, FormError, Loading } from '../../components/ui/states';
import { useSessionStore } from '../../features/auth/api/session-store';
import { isOrderable } from '../../features/cart/api/cart';
import { useCartChanges, useShownCart } from '../../features/cart/api/cart-changes';
import { CartLine } from '../../features/cart/components/cart-line';
import { Unorderable } from '../../features/cart/components/unorderable';

export function CartPage() {
  const { t } = useTranslation();
  const { cart, shown } = useShownCart();
  const trouble = useSessionStore((state) => state.trouble);
  const user = useSessionStore((state) => state.user);
  if (!shown) {
    const error = cart.error ?? trouble;
    return error ? <ErrorState error={error} onRetry={() => void cart.refetch()} /> : <Loading />;
  }
  const { items, subtotal, currency } = shown;
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
  return (
    <section className="mx-auto max-w-3xl">
      <h1 className="mb-4 text-3xl">{t('cart.title')}</h1>
      <LostChange shown={items.map((item) => item.productId)} />
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
        <Unorderable cart={shown} />
        {isOrderable(shown) ? (
          <Link to="/checkout" className={buttonClass('primary')}>
            {t('cart.checkout')}
          </Link>
        ) : (
          <Button disabled>{t('cart.checkout')}</Button>
        )}
      </div>
    </section>
  );
}

/** A change that failed because its line is not there any more has no line to say so at. */
function LostChange({ shown }: { readonly shown: readonly string[] }) {
  const failed = useCartChanges((state) => state.failed);
  const lost = Object.entries(failed).find(([productId]) => !shown.includes(productId));
  return <FormError error={lost?.[1]} />;
}
