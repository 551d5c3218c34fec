import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { processPayment } from './process-payment';

export const handler = sagaTask(sagaOrder, (order) => processPayment(order, deps));
