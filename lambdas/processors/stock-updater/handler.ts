import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { deps } from './deps';
import { updateStock } from './stock-updater';

export const handler = batchHandler((_, event) => {
  const records = event.Records.map(({ messageId, body, attributes }) => ({
    messageId,
    body,
    receives: Number(attributes.ApproximateReceiveCount),
  }));
  return updateStock(records, deps);
});
