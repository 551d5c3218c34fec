import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldProblem } from '../../lib/api-client';
import { isOnline } from '../../lib/connection';
import { Button } from './button';
import { useErrorText, useFieldText } from './error-text';

export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  const textOf = useErrorText();
  const reference = error instanceof ApiError ? error.correlationId : undefined;
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center gap-3 py-16 text-center">
      <h2 className="text-xl">{t(isNetwork(error) && !isOnline() ? 'offline.title' : 'error.title')}</h2>
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

function isNetwork(error: unknown): boolean {
  return error instanceof ApiError && error.status === 0;
}

interface FormErrorProps {
  readonly error: unknown;
  /** What is wrong with parts of the request that the form has no field for. */
  readonly rest?: readonly FieldProblem[];
}

export function FormError({ error, rest = [] }: FormErrorProps) {
  const textOf = useErrorText();
  const fieldText = useFieldText();
  if (!error) return null;
  const said = error instanceof ApiError ? error.code : undefined;
  const details = new Set(rest.filter(({ code }) => code !== said).map(({ code }) => fieldText(code)));
  return (
    <div role="alert" className="rounded-lg border border-shu/40 bg-shu/5 px-4 py-3 text-shu">
      <p>{textOf(error)}</p>
      {[...details].map((text) => (
        <p key={text} className="mt-1 text-sm">
          {text}
        </p>
      ))}
    </div>
  );
}

/** Something the shopper should know that is not an error. */
export function Notice({
  children,
  role,
}: {
  readonly children: ReactNode;
  readonly role?: 'status' | 'alert';
}) {
  return (
    <div role={role} className="rounded-lg border border-kohaku/40 bg-kohaku/5 px-4 py-3">
      {children}
    </div>
  );
}
