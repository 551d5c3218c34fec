import { batchHandler } from '@yorozu/lambda-shared/sqs';
import { comeBack, deps } from './deps';
import { updateStock } from './stock-updater';

export const handler = batchHandler((records) => updateStock(records, deps), comeBack);
