import { listedProducts } from '@yorozu/lambda-shared/search-index';
import type { SearchQuery } from './search-query';

/** Body of OpenSearch's `POST /products/_search`. */
export interface SearchRequest {
  readonly from: number;
  readonly size: number;
  readonly track_total_hits: true;
  readonly query: object;
  /** Applied after the facets were counted, so that a chosen category does not empty the others. */
  readonly post_filter: object;
  readonly aggs: object;
  readonly sort: readonly object[];
}

/** What the search counted: by category and by step of price. */
export interface Aggregations {
  readonly category: readonly { readonly key: string; readonly doc_count: number }[];
  readonly price: readonly { readonly from?: number; readonly to?: number; readonly doc_count: number }[];
}

/** Steps of the price facet, in yen. */
const priceSteps = [1_000, 3_000, 5_000, 10_000, 30_000];
const priceRanges = [0, ...priceSteps].map((from, i) => ({
  ...(from === 0 ? {} : { from }),
  ...(priceSteps[i] === undefined ? {} : { to: priceSteps[i] }),
}));

const sorts: Readonly<Record<SearchQuery['sort'], readonly object[]>> = {
  relevance: [{ _score: 'desc' }, { popularity: { order: 'desc', missing: 0 } }],
  price_asc: [{ price: 'asc' }],
  price_desc: [{ price: 'desc' }],
  newest: [{ createdAt: 'desc' }],
};

/** The search as OpenSearch takes it. Ties are broken by id, so that pages do not overlap. */
export function searchRequest(query: SearchQuery, locale: 'ja' | 'en'): SearchRequest {
  const { category, page, pageSize, sort } = query;
  const byCategory = category === undefined ? [] : [{ term: { category } }];
  const byPrice = priceFilter(query);
  return {
    from: (page - 1) * pageSize,
    size: pageSize,
    track_total_hits: true,
    query: { bool: { must: [textQuery(query.q, locale)], filter: [listedProducts, ...stockFilter(query)] } },
    post_filter: { bool: { filter: [...byCategory, ...byPrice] } },
    aggs: {
      category: {
        filter: { bool: { filter: byPrice } },
        aggs: { values: { terms: { field: 'category', size: 50 } } },
      },
      price: {
        filter: { bool: { filter: byCategory } },
        aggs: { values: { range: { field: 'price', ranges: priceRanges } } },
      },
    },
    sort: [...sorts[sort], { productId: 'asc' }],
  };
}

/** The reader's language weighs more; a word may be found in either. */
function textQuery(q: string, locale: 'ja' | 'en'): object {
  if (q === '') return { match_all: {} };
  const fields =
    locale === 'ja'
      ? ['name^4', 'nameEn^2', 'description', 'descriptionEn^0.5']
      : ['nameEn^4', 'name^2', 'descriptionEn', 'description^0.5'];
  return { multi_match: { query: q, fields, type: 'best_fields', operator: 'and' } };
}

function stockFilter({ inStock }: SearchQuery): object[] {
  return inStock === undefined ? [] : [{ term: { inStock: inStock === 'true' } }];
}

function priceFilter({ minPrice, maxPrice }: SearchQuery): object[] {
  if (minPrice === undefined && maxPrice === undefined) return [];
  const range = {
    ...(minPrice === undefined ? {} : { gte: minPrice }),
    ...(maxPrice === undefined ? {} : { lte: maxPrice }),
  };
  return [{ range: { price: range } }];
}

/** The facets as API.md shows them; a range without end has none. */
export function facetsOf({ category, price }: Aggregations): object {
  return {
    category: category.map(({ key, doc_count }) => ({ value: key, count: doc_count })),
    price: price.map(({ from, to, doc_count }) => ({
      from: from ?? 0,
      ...(to === undefined ? {} : { to }),
      count: doc_count,
    })),
  };
}
