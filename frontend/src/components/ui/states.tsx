import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../lib/api-client';
import { Button } from './button';

/** What an error says to a shopper, by its stable code. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unknown');
    return i18n.exists(`error.${error.code}`) ? t(`error.${error.code}`) : t('error.unknown');
  };
}

export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const reference = error instanceof ApiError ? error.correlationId : undefined;
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center gap-3 py-16 text-center">
      <h2 className="text-xl">{t('error.title')}</h2>
      <p className="text-muted">{textOf(error)}</p>
      {onRetry && <Button onClick={onRetry}>{t('error.retry')}</Button>}
      {reference && <p className="text-xs text-muted">{t('error.reference', { id: reference })}</p>}
    </div>
  );
}

export function EmptyState({
  children,
  action,
}: {
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex max-w-lg flex-col items-center gap-4 py-20 text-center">
      <span aria-hidden className="font-display text-6xl text-line">
        万
      </span>
      <p className="text-muted">{children}</p>
      {action}
    </div>
  );
}

export function Skeleton({ className }: { readonly className: string }) {
  return <div aria-hidden className={`animate-pulse rounded-lg bg-line/60 ${className}`} />;
}

export function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="py-20 text-center text-muted">
      {t('loading')}
    </p>
  );
}

export function FormError({ error }: { readonly error: unknown }) {
  const textOf = useErrorText();
  if (!error) return null;
  return (
    <p role="alert" className="rounded-lg border border-shu/40 bg-shu/5 px-4 py-3 text-shu">
      {textOf(error)}
    </p>
  );
}
