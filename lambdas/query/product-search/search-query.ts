import { decimalInteger } from '@yorozu/service-kit/query';
import { text } from '@yorozu/service-kit/text';
import * as z from 'zod';

const yen = decimalInteger(0, 1_000_000_000);

/** GET /api/search: the query string. */
export const searchQuery = z
  .object({
    q: text(0, 200).default(''),
    category: text(1, 100).optional(),
    minPrice: yen.optional(),
    maxPrice: yen.optional(),
    inStock: z.enum(['true', 'false']).optional(),
    sort: z.enum(['relevance', 'price_asc', 'price_desc', 'newest']).default('relevance'),
    page: decimalInteger(1, 10_000).default(1),
    pageSize: decimalInteger(1, 100).default(24),
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
