import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Money } from '../../components/ui/money';
import type { Cart } from '../../features/cart/api/cart';
import { Unorderable } from '../../features/cart/components/unorderable';

/** What is ordered and what it costs; the children place it. */
export function CheckoutSummary({ cart, children }: { readonly cart: Cart; readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <aside className="h-fit rounded-2xl border border-line bg-card p-6 lg:sticky lg:top-24">
      <h2 className="mb-4 text-xl">{t('checkout.summary')}</h2>
      <ul className="flex flex-col gap-3 text-sm">
        {cart.items.map((item) => (
          <li key={item.productId} className="flex justify-between gap-4">
            <span className={item.gone ? 'text-muted line-through' : undefined}>
              {item.name || t('cart.goneName')} × {item.quantity}
            </span>
            {!item.gone && <Money amount={item.price * item.quantity} currency={cart.currency} />}
          </li>
        ))}
      </ul>
      <p className="mt-4 flex justify-between border-t border-line pt-4 text-lg font-semibold">
        {t('checkout.total')}
        <Money amount={cart.subtotal} currency={cart.currency} />
      </p>
      <div className="mt-5 flex flex-col gap-3">
        <Unorderable cart={cart} />
        {children}
      </div>
    </aside>
  );
}
