import { useTranslation } from 'react-i18next';
import { formatMoney } from '../../lib/format';

/** `amount` in the smallest unit of `currency`. */
export function Money({ amount, currency }: { readonly amount: number; readonly currency: string }) {
  const { i18n } = useTranslation();
  return <span className="tabular-nums">{formatMoney(amount, currency, i18n.language)}</span>;
}
