import { httpHandler } from '@yorozu/lambda-shared/http';
import { index } from './deps';
import { searchProducts } from './product-search';
import { searchQuery } from './search-query';

/** GET /api/search */
export const handler = httpHandler(async ({ query, locale }) => ({
  status: 200,
  body: await searchProducts(query(searchQuery), locale, index),
  headers: { vary: 'accept-language', 'cache-control': 'no-cache' },
}));
