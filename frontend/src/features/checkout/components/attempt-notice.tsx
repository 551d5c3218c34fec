import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '../../../components/ui/button';
import { EmptyState, Notice } from '../../../components/ui/states';
import type { AttemptState } from '../api/order-attempt';

/** Says that the shop has not answered yet, and what happens meanwhile. */
export function AttemptNotice({ attempt }: { readonly attempt: AttemptState }) {
  const { t } = useTranslation();
  if (attempt.state !== 'checking' && attempt.state !== 'offline') return null;
  return (
    <Notice role="status">
      <p className="font-medium">{t(`attempt.${attempt.state}`)}</p>
      <p className="mt-1 text-sm text-muted">{t('attempt.onlyOnce')}</p>
    </Notice>
  );
}

/** The cart has been ordered before: here is the order that stands. */
export function AlreadyOrdered({ orderId }: { readonly orderId: string }) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <EmptyState
        action={
          <Link to={`/orders/${orderId}`} className={buttonClass('primary')}>
            {t('attempt.see')}
          </Link>
        }
      >
        {t('attempt.already')}
      </EmptyState>
    </div>
  );
}
