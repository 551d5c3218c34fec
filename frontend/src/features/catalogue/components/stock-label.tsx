import { clsx } from 'clsx';
import { useTranslation } from 'react-i18next';

export function StockLabel({ available }: { readonly available: number }) {
  const { t } = useTranslation();
  const state = available === 0 ? 'none' : available < 10 ? 'few' : 'plenty';
  return (
    <span
      data-available={available}
      className={clsx(
        'text-sm',
        state === 'none' && 'text-muted',
        state === 'few' && 'font-medium text-shu',
        state === 'plenty' && 'text-matcha',
      )}
    >
      {t(`stock.${state}`, { count: available })}
    </span>
  );
}
