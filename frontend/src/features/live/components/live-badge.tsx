import { useTranslation } from 'react-i18next';
import { useLiveStatus } from '../api/live-connection';
import { useLiveAttention } from '../api/use-live';

const colors = { online: 'bg-matcha', connecting: 'bg-kohaku', offline: 'bg-shu', off: 'bg-line' } as const;

/** Says whether what is shown moves by itself. */
export function LiveBadge() {
  const { t } = useTranslation();
  const status = useLiveStatus((state) => state.status);
  useLiveAttention();
  if (status === 'off') return null;
  return (
    <p role="status" className="flex items-center gap-2 text-sm text-muted" data-live={status}>
      <span
        aria-hidden
        className={`size-2.5 rounded-full ${colors[status]} ${status === 'online' ? '' : 'animate-pulse'}`}
      />
      {t(`live.${status}`)}
    </p>
  );
}
