import { SQSClient } from '@aws-sdk/client-sqs';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { clientSettings } from '@yorozu/lambda-shared/clients';
import { ProductIndex } from '@yorozu/lambda-shared/product-index';
import { searchClient } from '@yorozu/lambda-shared/search-client';
import { SoonAgain } from '@yorozu/lambda-shared/soon-again';
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

export const comeBack = new SoonAgain(new SQSClient(clientSettings));

export const deps: SearchIndexerDeps = {
  index: new ProductIndex(searchClient(env.OPENSEARCH_URL)),
  caches: { invalidate },
};
