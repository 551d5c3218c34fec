import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/ui/button';
import { Notice } from '../../../components/ui/states';
import { type Cart } from '../api/cart';
import { useSetQuantity } from '../api/cart-changes';

/** Says what keeps a cart from being ordered, and puts it right with one click. */
export function Unorderable({ cart }: { readonly cart: Cart }) {
  const { t } = useTranslation();
  const setQuantity = useSetQuantity();
  const gone = cart.items.filter((item) => item.gone);
  const short = cart.items.filter((item) => !item.gone && item.quantity > item.available);
  if (gone.length + short.length === 0) return null;
  const fit = (): void => {
    for (const { productId } of gone) setQuantity(productId, 0);
    for (const { productId, available } of short) setQuantity(productId, available);
  };
  return (
    <Notice role="alert">
      {gone.length > 0 && <p>{t('cart.someGone', { count: gone.length })}</p>}
      {short.length > 0 && <p>{t('cart.someShort', { count: short.length })}</p>}
      <Button look="quiet" className="mt-3" onClick={fit}>
        {t(short.length > 0 ? 'cart.fit' : 'cart.removeGone')}
      </Button>
    </Notice>
  );
}
