import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { reserveStock } from './reserve-stock';

export const handler = sagaTask(sagaOrder, (order) => reserveStock(order, deps));
