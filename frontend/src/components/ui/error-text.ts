import { useTranslation } from 'react-i18next';
import { ApiError } from '../../lib/api-client';
import { isOnline } from '../../lib/connection';

/** What an error says to a shopper: by its stable code, else by its status, else in general. */
export function useErrorText(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (!(error instanceof ApiError)) return t('error.unknown');
    if (error.status === 0 && !isOnline()) return t('offline.text');
    const keys = [`error.${error.code}`, `error.status.${error.status}`];
    const key = keys.find((known) => i18n.exists(known)) ?? 'error.unknown';
    const { retryAfter } = error;
    return retryAfter && retryAfter > 1
      ? `${t(key)} ${t('error.retryAfter', { time: waitOf(retryAfter, i18n.language) })}`
      : t(key);
  };
}

function waitOf(seconds: number, language: string): string {
  const [value, unit] = seconds < 120 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}

/** What is wrong with a field, by the code of the API or of the form's schema. `name` may have words of its own. */
export function useFieldText(): (code: string | undefined, name?: string) => string | undefined {
  const { t, i18n } = useTranslation();
  return (code, name) => {
    if (code === undefined) return undefined;
    const key = [`field.${name ?? ''}.${code}`, `field.${code}`].find((known) => i18n.exists(known));
    return t(key ?? 'field.INVALID_VALUE');
  };
}
