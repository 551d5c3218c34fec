import { readEnv, required } from '@yorozu/lambda-shared/env';
import { TransientError } from '@yorozu/lambda-shared/errors';
import { searchClient } from '@yorozu/lambda-shared/search-client';
import { productsIndex } from '@yorozu/lambda-shared/search-index';
import type { Hit, SearchAnswer, SearchIndex } from './product-search';
import type { Aggregations, SearchRequest } from './search-request';

const env = readEnv({ OPENSEARCH_URL: required });
const client = searchClient(env.OPENSEARCH_URL);

interface FacetResult<T> {
  readonly values: { readonly buckets: readonly T[] };
}
interface FacetResults {
  readonly category: FacetResult<Aggregations['category'][number]>;
  readonly price: FacetResult<Aggregations['price'][number]>;
}

async function search(request: SearchRequest): Promise<SearchAnswer> {
  const { body } = await client
    .search({ index: productsIndex, body: request as object })
    .catch((error: unknown) => {
      throw new TransientError('SEARCH_UNAVAILABLE', 'The search index did not answer', { cause: error });
    });
  const { total } = body.hits;
  const { category, price } = body.aggregations as unknown as FacetResults;
  return {
    tookMs: body.took,
    total: typeof total === 'number' ? total : (total?.value ?? 0),
    hits: body.hits.hits.map((hit) => hit._source as Hit),
    aggregations: { category: category.values.buckets, price: price.values.buckets },
  };
}

export const index: SearchIndex = { search };
