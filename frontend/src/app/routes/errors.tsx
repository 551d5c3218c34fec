import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Button, buttonClass } from '../../components/ui/button';
import { EmptyState } from '../../components/ui/states';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <EmptyState
      action={
        <Link to="/" className={buttonClass('primary')}>
          {t('notFound.home')}
        </Link>
      }
    >
      {t('notFound.title')}
    </EmptyState>
  );
}

export function CrashPage() {
  const { t } = useTranslation();
  return (
    <EmptyState action={<Button onClick={() => location.reload()}>{t('error.retry')}</Button>}>
      {t('error.crashed')}
    </EmptyState>
  );
}
