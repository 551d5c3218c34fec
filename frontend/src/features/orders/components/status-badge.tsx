import { clsx } from 'clsx';
import { useTranslation } from 'react-i18next';
import type { Order } from '../api/orders';

const tones: Readonly<Record<Order['status'], string>> = {
  pending: 'bg-kohaku/15 text-kohaku',
  processing: 'bg-indigo/10 text-indigo',
  completed: 'bg-matcha/15 text-matcha',
  failed: 'bg-shu/10 text-shu',
  cancelled: 'bg-line text-muted',
};

export function StatusBadge({ status }: { readonly status: Order['status'] }) {
  const { t } = useTranslation();
  return (
    <span data-status={status} className={clsx('rounded-full px-3 py-1 text-sm font-medium', tones[status])}>
      {t(`status.${status}`)}
    </span>
  );
}
