import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { buttonClass } from '../../../components/ui/button';

export function Pagination({
  page,
  pages,
  linkTo,
}: {
  readonly page: number;
  readonly pages: number;
  readonly linkTo: (page: number) => string;
}) {
  const { t } = useTranslation();
  if (pages <= 1) return null;
  return (
    <nav aria-label={t('catalogue.pages')} className="mt-10 flex items-center justify-center gap-4">
      {page > 1 && (
        <Link rel="prev" to={linkTo(page - 1)} className={buttonClass('quiet')}>
          {t('catalogue.previous')}
        </Link>
      )}
      <span className="text-sm text-muted">{t('catalogue.page', { page, pages })}</span>
      {page < pages && (
        <Link rel="next" to={linkTo(page + 1)} className={buttonClass('quiet')}>
          {t('catalogue.next')}
        </Link>
      )}
    </nav>
  );
}
