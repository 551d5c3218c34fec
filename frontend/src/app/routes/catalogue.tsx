import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { buttonClass } from '../../components/ui/button';
import { EmptyState, ErrorState, Skeleton } from '../../components/ui/states';
import { pageSize, sorts, useProducts } from '../../features/catalogue/api/products';
import { CategoryNav } from '../../features/catalogue/components/category-nav';
import { Pagination } from '../../features/catalogue/components/pagination';
import { ProductCard } from '../../features/catalogue/components/product-card';
import { useWatchedStock } from '../../features/live/api/use-live';

const grid = 'grid grid-cols-2 gap-4 sm:grid-cols-3 lg:grid-cols-4';

export function CataloguePage() {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const filter = {
    category: parameters.get('category') ?? '',
    sort: parameters.get('sort') ?? 'popular',
    page: Math.max(1, Number(parameters.get('page')) || 1),
    query: parameters.get('q') ?? '',
  };
  const products = useProducts(filter);
  useWatchedStock(products.data?.items.map((product) => product.id) ?? []);

  const linkTo = (change: Record<string, string>): string => {
    const next = new URLSearchParams(parameters);
    next.delete('page');
    for (const [name, value] of Object.entries(change)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    return `/?${next.toString()}`;
  };

  return (
    <>
      {filter.query ? (
        <div className="mb-6 flex flex-wrap items-baseline gap-4">
          <h1 className="text-2xl">{t('search.title', { query: filter.query })}</h1>
          <Link to={linkTo({ q: '' })} className="text-sm text-indigo underline">
            {t('search.clear')}
          </Link>
        </div>
      ) : (
        <div className="mb-8 rounded-3xl bg-ink px-6 py-10 text-paper sm:px-12">
          <h1 className="text-3xl sm:text-4xl">{t('tagline')}</h1>
          <p className="mt-3 max-w-xl text-paper/80">{t('intro')}</p>
        </div>
      )}
      <CategoryNav current={filter.category} linkTo={(category) => linkTo({ category })} />
      <div className="my-5 flex items-center justify-between gap-4">
        <p role="status" className="text-sm text-muted">
          {products.data && t('catalogue.count', { count: products.data.total })}
        </p>
        <label className="flex items-center gap-2 text-sm">
          {t('sort.label')}
          <select
            value={filter.sort}
            onChange={(event) =>
              setParameters(new URL(linkTo({ sort: event.target.value }), location.origin).searchParams)
            }
            className="min-h-10 rounded-lg border border-line bg-card px-3"
          >
            {sorts.map((sort) => (
              <option key={sort} value={sort}>
                {t(`sort.${filter.query && sort === 'popular' ? 'relevance' : sort}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {products.isPending ? (
        <div className={grid}>
          {Array.from({ length: 12 }, (_, index) => (
            <Skeleton key={index} className="aspect-[3/4]" />
          ))}
        </div>
      ) : products.isError ? (
        <ErrorState error={products.error} onRetry={() => void products.refetch()} />
      ) : products.data.items.length === 0 ? (
        <EmptyState
          action={
            <Link to="/" className={buttonClass('quiet')}>
              {t('product.back')}
            </Link>
          }
        >
          {filter.query ? t('search.none', { query: filter.query }) : t('catalogue.empty')}
        </EmptyState>
      ) : (
        <>
          <ul className={`${grid} ${products.isPlaceholderData ? 'opacity-60' : ''}`}>
            {products.data.items.map((product) => (
              <li key={product.id} className="contents">
                <ProductCard product={product} />
              </li>
            ))}
          </ul>
          <Pagination
            page={filter.page}
            pages={Math.ceil(products.data.total / pageSize)}
            linkTo={(page) => linkTo({ page: String(page) })}
          />
        </>
      )}
    </>
  );
}
