import { useTranslation } from 'react-i18next';
import { Money } from '../../../components/ui/money';
import { isOpen, moneyOf, type Order } from '../api/orders';

/** Why an order was not completed, and what happened to the money. */
export function Outcome({ order }: { readonly order: Order }) {
  const { t, i18n } = useTranslation();
  if (isOpen(order) || order.status === 'completed') return null;
  const code = order.failure?.code ?? (order.status === 'cancelled' ? 'CANCELLED' : 'STEP_FAILED');
  const money = moneyOf(order);
  return (
    <div role="alert" className="rounded-xl border border-shu/40 bg-shu/5 px-5 py-4 text-shu">
      <p>{i18n.exists(`failure.${code}`) ? t(`failure.${code}`) : order.failure?.message}</p>
      {money && (
        <p data-money={money} className="mt-1 font-medium">
          {t(`money.${money}`)}
          {(money === 'refunded' || money === 'captured') && (
            <>
              {' ('}
              <Money amount={order.totalAmount} currency={order.currency} />)
            </>
          )}
        </p>
      )}
    </div>
  );
}
