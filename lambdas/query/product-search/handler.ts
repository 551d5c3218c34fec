import { httpHandler } from '@yorozu/lambda-shared/http';
import { index } from './deps';
import { searchProducts, searchQuery } from './product-search';

/** GET /api/search */
export const handler = httpHandler(async ({ query, locale }) => ({
  status: 200,
  body: await searchProducts(query(searchQuery), locale, index),
  headers: { vary: 'accept-language' },
}));
