import type { SearchQuery } from './search-query';
import { facetsOf, searchRequest, type Aggregations, type SearchRequest } from './search-request';

export interface Hit {
  readonly productId: string;
  readonly name: string;
  readonly description: string;
  readonly nameEn: string;
  readonly descriptionEn: string;
  readonly category: string;
  readonly price: number;
  readonly currency: string;
  readonly imageUrl: string | null;
  readonly available: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface SearchAnswer {
  /** Milliseconds inside the search server. */
  readonly tookMs: number;
  readonly total: number;
  readonly hits: readonly Hit[];
  readonly aggregations: Aggregations;
}

export interface SearchIndex {
  search(request: SearchRequest): Promise<SearchAnswer>;
}

/** A page of products in the reader's language, with counts by category and price. */
export async function searchProducts(
  query: SearchQuery,
  locale: 'ja' | 'en',
  index: SearchIndex,
): Promise<object> {
  const { tookMs, total, hits, aggregations } = await index.search(searchRequest(query, locale));
  return {
    items: hits.map((hit) => product(hit, locale)),
    page: query.page,
    pageSize: query.pageSize,
    total,
    facets: facetsOf(aggregations),
    tookMs,
  };
}

function product(hit: Hit, locale: 'ja' | 'en'): object {
  const { productId: id, price, currency, category, imageUrl, available, createdAt, updatedAt } = hit;
  const inEnglish = locale === 'en' && hit.nameEn !== '';
  return {
    id,
    name: inEnglish ? hit.nameEn : hit.name,
    description: inEnglish ? hit.descriptionEn : hit.description,
    price,
    currency,
    category,
    imageUrl,
    available,
    createdAt,
    updatedAt,
  };
}
