import { clsx } from 'clsx';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format';
import { isOpen, troubles, type Order } from '../api/orders';

const happyPath = [
  'OrderPlaced',
  'StockReserved',
  'PaymentCaptured',
  'StockDeducted',
  'NotificationSent',
  'OrderCompleted',
];

/** What is expected next, as long as nothing has gone wrong. */
export function upcomingSteps(order: Pick<Order, 'status' | 'history'>): string[] {
  if (!isOpen(order) || order.history.some((entry) => troubles.includes(entry.type))) return [];
  const reached = Math.max(...order.history.map((entry) => happyPath.indexOf(entry.type)), 0);
  return happyPath.slice(reached + 1);
}

/** Only what has happened is told as done; what is under way and what is to come are told as such, to every reader. */
export function Timeline({ order }: { readonly order: Order }) {
  const { t, i18n } = useTranslation();
  const [current, ...later] = upcomingSteps(order);
  return (
    <ol aria-label={t('orders.timeline')} aria-live="polite" className="flex flex-col">
      {order.history.map((entry, index) => {
        const trouble = troubles.includes(entry.type);
        return (
          <Step
            key={`${entry.at}-${entry.type}-${index}`}
            tone={trouble ? 'trouble' : 'done'}
            name={entry.type}
            last={index === order.history.length - 1 && !current}
          >
            <span className="font-medium">{t(`history.${entry.type}`)}</span>
            <time dateTime={entry.at} className="text-sm text-muted tabular-nums">
              {formatTime(entry.at, i18n.language)}
            </time>
          </Step>
        );
      })}
      {current && (
        <Step tone="current" name={current} last={later.length === 0}>
          <span className="text-indigo">
            <span className="sr-only">{t('orders.now')} </span>
            {t(`waiting.${current}`)}…
          </span>
        </Step>
      )}
      {later.map((name, index) => (
        <Step key={name} tone="later" name={name} last={index === later.length - 1}>
          <span className="text-muted">
            <span className="sr-only">{t('orders.notYet')} </span>
            {t(`future.${name}`)}
          </span>
        </Step>
      ))}
    </ol>
  );
}

const dots = {
  done: 'bg-matcha border-matcha',
  trouble: 'bg-shu border-shu',
  current: 'border-indigo bg-card animate-pulse',
  later: 'border-line bg-card',
} as const;

interface StepProps {
  readonly tone: keyof typeof dots;
  readonly name: string;
  readonly last: boolean;
  readonly children: React.ReactNode;
}

function Step({ tone, name, last, children }: StepProps) {
  return (
    <li
      data-step={name}
      data-tone={tone}
      aria-current={tone === 'current' ? 'step' : undefined}
      className="flex gap-4"
    >
      <span aria-hidden className="flex flex-col items-center">
        <span className={clsx('mt-1.5 size-4 rounded-full border-4', dots[tone])} />
        {!last && <span className={clsx('w-0.5 grow', tone === 'done' ? 'bg-matcha/50' : 'bg-line')} />}
      </span>
      <span className="flex grow flex-wrap items-baseline justify-between gap-x-4 pb-5">{children}</span>
    </li>
  );
}
