import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useErrorText } from '../../../components/ui/error-text';
import { Money } from '../../../components/ui/money';
import type { CartItem } from '../api/cart';
import { useCartChanges, useSetQuantity } from '../api/cart-changes';

interface CartLineProps {
  readonly item: CartItem;
  readonly currency: string;
}

export function CartLine({ item, currency }: CartLineProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const setQuantity = useSetQuantity();
  const { productId, quantity } = item;
  const pending = useCartChanges((state) => productId in state.wanted);
  const failure = useCartChanges((state) => state.failed[productId]);
  const name = item.name || t('cart.goneName');
  return (
    <li className="flex flex-wrap items-center gap-4 py-5" aria-busy={pending}>
      {item.imageUrl && (
        <img src={item.imageUrl} alt="" className="size-20 rounded-xl border border-line object-cover" />
      )}
      <div className="min-w-40 grow">
        {item.gone ? (
          <p className="font-medium text-muted line-through">{name}</p>
        ) : (
          <Link to={`/products/${productId}`} className="font-medium hover:text-indigo">
            {name}
          </Link>
        )}
        {!item.gone && (
          <p className="text-muted">
            <Money amount={item.price} currency={currency} />
          </p>
        )}
        <Trouble item={item} />
        {failure !== undefined && (
          <p role="alert" className="text-sm text-shu">
            {t('cart.notChanged')} {errorText(failure)}
          </p>
        )}
      </div>
      {!item.gone && (
        <>
          <Stepper item={item} onSet={(next) => setQuantity(productId, next)} />
          <p className="w-28 text-right font-semibold">
            <Money amount={item.price * quantity} currency={currency} />
          </p>
        </>
      )}
      <button
        type="button"
        className="min-h-10 text-sm text-muted underline hover:text-shu"
        aria-label={t('cart.remove', { name })}
        onClick={() => setQuantity(productId, 0)}
      >
        {t('cart.removeShort')}
      </button>
    </li>
  );
}

function Trouble({ item: { gone, quantity, available } }: { readonly item: CartItem }) {
  const { t } = useTranslation();
  if (!gone && quantity <= available) return null;
  return (
    <p role="alert" className="text-sm text-shu">
      {gone ? t('cart.gone') : available === 0 ? t('stock.none') : t('cart.short', { available })}
    </p>
  );
}

const step =
  'grid size-10 place-items-center rounded-full border border-line text-lg hover:border-indigo disabled:opacity-40';

interface StepperProps {
  readonly item: CartItem;
  readonly onSet: (quantity: number) => void;
}

function Stepper({ item: { name, quantity, available }, onSet }: StepperProps) {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-3">
      <button
        type="button"
        className={step}
        aria-label={t('cart.less', { name })}
        disabled={quantity <= 1}
        onClick={() => onSet(quantity - 1)}
      >
        −
      </button>
      <span role="status" className="w-8 text-center tabular-nums" aria-label={t('product.quantity')}>
        {quantity}
      </span>
      <button
        type="button"
        className={step}
        aria-label={t('cart.more', { name })}
        disabled={quantity >= Math.min(99, available)}
        onClick={() => onSet(quantity + 1)}
      >
        +
      </button>
    </div>
  );
}
