import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { deps } from './deps';
import { processOrders } from './order-processor';

export const handler = batchHandler((records) => processOrders(records, deps));
