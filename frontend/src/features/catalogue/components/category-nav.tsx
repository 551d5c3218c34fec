import { clsx } from 'clsx';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCategories } from '../api/products';

/** The shelves of the shop, as links that keep working with a middle click. */
export function CategoryNav({
  current,
  linkTo,
}: {
  readonly current: string;
  readonly linkTo: (category: string) => string;
}) {
  const { t, i18n } = useTranslation();
  const { data: categories = [] } = useCategories();
  const label = (name: string): string => (i18n.exists(`category.${name}`) ? t(`category.${name}`) : name);
  const shelves = [{ name: '', count: categories.reduce((sum, { count }) => sum + count, 0) }, ...categories];
  return (
    <nav aria-label={t('nav.catalogue')} className="-mx-4 overflow-x-auto px-4">
      <ul className="flex gap-2 pb-2">
        {shelves.map(({ name, count }) => (
          <li key={name}>
            <Link
              to={linkTo(name)}
              aria-current={current === name ? 'page' : undefined}
              className={clsx(
                'flex min-h-10 items-center gap-1.5 rounded-full border px-4 text-sm whitespace-nowrap transition-colors',
                current === name ? 'border-ink bg-ink text-white' : 'border-line bg-card hover:border-indigo',
              )}
            >
              {name ? label(name) : t('category.all')}
              {count > 0 && <span className="text-xs opacity-60">{count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
