import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { z } from 'zod';
import { api } from '../../../lib/api-client';

export const productSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  price: z.number(),
  currency: z.string(),
  category: z.string().nullish(),
  imageUrl: z.string().nullish(),
  available: z.number(),
});
export type Product = z.infer<typeof productSchema>;

const listSchema = z.object({
  items: z.array(productSchema),
  page: z.number(),
  pageSize: z.number(),
  total: z.number(),
});
export type ProductList = z.infer<typeof listSchema>;

export const sorts = ['popular', 'newest', 'price_asc', 'price_desc'] as const;

export interface ProductFilter {
  readonly category: string;
  readonly sort: string;
  readonly page: number;
  readonly query: string;
}

export const pageSize = 24;

/** The catalogue, or with a query the search over it. */
export function useProducts({ category, sort, page, query }: ProductFilter): UseQueryResult<ProductList> {
  const { i18n } = useTranslation();
  const parameters = new URLSearchParams({ page: String(page), pageSize: String(pageSize) });
  if (category) parameters.set('category', category);
  if (query) parameters.set('q', query);
  parameters.set('sort', query && sort === 'popular' ? 'relevance' : sort);
  const path = query ? '/api/search' : '/api/products';
  return useQuery({
    queryKey: ['products', i18n.language, path, parameters.toString()],
    queryFn: ({ signal }) =>
      api(`${path}?${parameters.toString()}`, listSchema, { signal, audience: 'anyone' }),
    placeholderData: keepPreviousData,
  });
}

export function useProduct(id: string): UseQueryResult<Product> {
  const { i18n } = useTranslation();
  return useQuery({
    queryKey: ['product', id, i18n.language],
    queryFn: ({ signal }) =>
      api(`/api/products/${encodeURIComponent(id)}`, productSchema, { signal, audience: 'anyone' }),
  });
}

export function useCategories(): UseQueryResult<{ name: string; count: number }[]> {
  return useQuery({
    queryKey: ['categories'],
    queryFn: ({ signal }) =>
      api('/api/categories', z.array(z.object({ name: z.string(), count: z.number() })), {
        signal,
        audience: 'anyone',
      }),
    staleTime: 300_000,
  });
}
