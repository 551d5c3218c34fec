import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { completeOrder } from './complete-order';

export const handler = sagaTask(sagaOrder, (order) => completeOrder(order, deps));
