import * as z from 'zod';
import { facetsOf, searchRequest, type SearchRequest } from './search-request';

const yen = z.coerce.number().int().min(0).max(1_000_000_000);

/** GET /api/search: the query string. */
export const searchQuery = z
  .object({
    q: z.string().trim().max(200).default(''),
    category: z.string().trim().min(1).max(100).optional(),
    minPrice: yen.optional(),
    maxPrice: yen.optional(),
    inStock: z.enum(['true', 'false']).optional(),
    sort: z.enum(['relevance', 'price_asc', 'price_desc', 'newest']).default('relevance'),
    page: z.coerce.number().int().min(1).max(10_000).default(1),
    pageSize: z.coerce.number().int().min(1).max(100).default(24),
  })
  .refine(({ minPrice = 0, maxPrice = Infinity }) => minPrice <= maxPrice, {
    path: ['maxPrice'],
    message: 'must not be less than minPrice',
  })
  .refine(({ page, pageSize }) => page * pageSize <= 10_000, {
    path: ['page'],
    message: 'reaches beyond the first 10,000 results',
  });

export type SearchQuery = z.infer<typeof searchQuery>;

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

export interface Aggregations {
  readonly category: readonly { readonly key: string; readonly doc_count: number }[];
  readonly price: readonly { readonly from?: number; readonly to?: number; readonly doc_count: number }[];
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
