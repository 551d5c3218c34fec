import { readEnv, required } from '@yorozu/lambda-shared/env';
import { ProductIndex, searchClient } from '@yorozu/lambda-shared/search-client';
import { Redis } from 'ioredis';
import type { SearchIndexerDeps } from './search-indexer';

const env = readEnv({ OPENSEARCH_URL: required, REDIS_URL: required });
const redis = new Redis(env.REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 2, commandTimeout: 3_000 });

/** core-api keeps products in memory and listens on this channel. */
const channel = 'product:changes';

async function invalidate(productIds: readonly string[]): Promise<void> {
  const messages = redis.pipeline();
  for (const productId of productIds) messages.publish(channel, JSON.stringify({ productId }));
  const results = await messages.exec();
  const failed = results?.find(([error]) => error !== null)?.[0];
  if (failed) throw failed;
}

export const deps: SearchIndexerDeps = {
  index: new ProductIndex(searchClient(env.OPENSEARCH_URL)),
  caches: { invalidate },
};
