import { useTranslation } from 'react-i18next';
import { Notice } from '../../../components/ui/states';
import type { Shortfall } from '../api/put-back';

/** Says what could not be put back into the cart. */
export function ShortfallNotice({ short }: { readonly short: readonly Shortfall[] }) {
  const { t } = useTranslation();
  if (short.length === 0) return null;
  return (
    <Notice role="alert">
      <p>{t('putBack.short')}</p>
      <ul className="mt-1 list-disc pl-5 text-sm">
        {short.map(({ name, wanted, got }) => (
          <li key={name}>{t(got === 0 ? 'putBack.none' : 'putBack.some', { name, wanted, got })}</li>
        ))}
      </ul>
    </Notice>
  );
}
