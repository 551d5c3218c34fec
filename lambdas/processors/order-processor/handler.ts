import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { comeBack, deps } from './deps';
import { processOrders } from './order-processor';

export const handler = batchHandler((records) => processOrders(records, deps), comeBack);
