import { useTranslation } from 'react-i18next';
import { useSessionStore } from '../features/auth/api/session-store';
import { useOnline } from '../lib/connection';

/** What a shopper must know about the line between here and the shop, at once and wherever they are. */
export function ConnectionNotices() {
  const { t } = useTranslation();
  const online = useOnline();
  const logoutPending = useSessionStore((state) => state.logoutPending);
  const texts = [...(online ? [] : [t('offline.text')]), ...(logoutPending ? [t('auth.logoutPending')] : [])];
  return (
    <div role="status" data-testid="notices">
      {texts.map((text) => (
        <p key={text} className="bg-kohaku/15 px-4 py-2 text-center text-sm">
          {text}
        </p>
      ))}
    </div>
  );
}
