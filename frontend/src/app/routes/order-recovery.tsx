import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Button } from '../../components/ui/button';
import { FormError } from '../../components/ui/states';
import { toast } from '../../components/ui/toast';
import { useSessionStore } from '../../features/auth/api/session-store';
import { usePutBack, type Shortfall } from '../../features/cart/api/put-back';
import { ShortfallNotice } from '../../features/cart/components/shortfall-notice';
import { draftOf, emptyAddress } from '../../features/checkout/api/draft';
import { isOpen, type Order } from '../../features/orders/api/orders';

/** What a shopper can do about an order that was not completed: fill the cart again, or go straight to another card. */
export function OrderRecovery({ order }: { readonly order: Order }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const userId = useSessionStore((state) => state.user?.id);
  const putBack = usePutBack();
  const [anotherCard, setAnotherCard] = useState(false);
  if (isOpen(order) || order.status === 'completed' || userId === undefined) return null;

  const restore = async (thenPay: boolean): Promise<void> => {
    setAnotherCard(thenPay);
    const short = await putBack.mutateAsync(order.items);
    if (nothing(short, order)) return;
    if (!thenPay) return toast(t('putBack.done'));
    keepAddress(order, userId);
    await navigate('/checkout', { state: { short } });
  };
  // What went wrong is shown below.
  const onRestore = (thenPay: boolean) => (): void => void restore(thenPay).catch(() => undefined);

  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-3">
        <Button busy={putBack.isPending && anotherCard} onClick={onRestore(true)}>
          {t(isAboutTheCard(order) ? 'putBack.anotherCard' : 'putBack.again')}
        </Button>
        <Button look="quiet" busy={putBack.isPending && !anotherCard} onClick={onRestore(false)}>
          {t('putBack.toCart')}
        </Button>
      </div>
      <FormError error={putBack.error} />
      <ShortfallNotice short={putBack.data ?? []} />
    </div>
  );
}

/** A declined card is not tried again; anything else may go better the next time. */
function isAboutTheCard({ failure }: Order): boolean {
  return failure?.code === 'PAYMENT_DECLINED';
}

function nothing(short: readonly Shortfall[], order: Order): boolean {
  return short.length === order.items.length && short.every(({ got }) => got === 0);
}

/** The address of the order is filled in at checkout; the card is chosen anew. */
function keepAddress({ shippingAddress }: Order, userId: string): void {
  const given = Object.entries(shippingAddress ?? {}).filter(([, value]) => value);
  const address = { ...emptyAddress(''), ...Object.fromEntries(given) };
  draftOf(userId).write({ address, save: false, card: 'tok_visa' });
}
