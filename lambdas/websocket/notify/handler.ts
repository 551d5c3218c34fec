import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { deps } from './deps';
import { notifyOrderSteps, notifyStock } from './notify';

/** One function for both queues; a batch comes from one of them. */
export const handler = batchHandler((records, event) =>
  event.Records[0]?.eventSourceARN.includes(':stock-live-queue') === true
    ? notifyStock(records, deps)
    : notifyOrderSteps(records, deps),
);
