import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { updateStock } from './update-stock';

export const handler = sagaTask(sagaOrder, (order) => updateStock(order, deps));
