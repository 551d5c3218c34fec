import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Money } from '../../../components/ui/money';
import { useCartChange, type Cart } from '../api/cart';

interface CartLineProps {
  readonly item: Cart['items'][number];
  readonly currency: string;
}

export function CartLine({ item, currency }: CartLineProps) {
  const { t } = useTranslation();
  const change = useCartChange();
  const { productId, name, quantity, available } = item;
  const set = (next: number): void => change.mutate({ kind: 'set', productId, quantity: next });
  const step =
    'grid size-10 place-items-center rounded-full border border-line text-lg hover:border-indigo disabled:opacity-40';
  return (
    <li className="flex flex-wrap items-center gap-4 py-5" aria-busy={change.isPending}>
      {item.imageUrl && (
        <img src={item.imageUrl} alt="" className="size-20 rounded-xl border border-line object-cover" />
      )}
      <div className="min-w-40 grow">
        <Link to={`/products/${productId}`} className="font-medium hover:text-indigo">
          {name}
        </Link>
        <p className="text-muted">
          <Money amount={item.price} currency={currency} />
        </p>
        {quantity > available && (
          <p role="alert" className="text-sm text-shu">
            {available === 0 ? t('stock.none') : t('cart.short', { available })}
          </p>
        )}
      </div>
      <div className="flex items-center gap-3">
        <button
          type="button"
          className={step}
          aria-label={t('cart.less', { name })}
          disabled={quantity <= 1}
          onClick={() => set(quantity - 1)}
        >
          −
        </button>
        <span className="w-8 text-center tabular-nums" aria-label={t('product.quantity')}>
          {quantity}
        </span>
        <button
          type="button"
          className={step}
          aria-label={t('cart.more', { name })}
          disabled={quantity >= Math.min(99, available)}
          onClick={() => set(quantity + 1)}
        >
          +
        </button>
      </div>
      <p className="w-28 text-right font-semibold">
        <Money amount={item.price * quantity} currency={currency} />
      </p>
      <button
        type="button"
        className="text-sm text-muted underline hover:text-shu"
        aria-label={t('cart.remove', { name })}
        onClick={() => change.mutate({ kind: 'remove', productId })}
      >
        {t('cart.removeShort')}
      </button>
    </li>
  );
}
