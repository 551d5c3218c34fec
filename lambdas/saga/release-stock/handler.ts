import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { releaseStock } from './release-stock';

export const handler = sagaTask(sagaOrder, (order) => releaseStock(order, deps));
