import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { comeBack, deps } from './deps';
import { indexProducts } from './search-indexer';

export const handler = batchHandler((records) => indexProducts(records, deps), comeBack);
