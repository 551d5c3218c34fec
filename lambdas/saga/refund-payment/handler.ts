import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { refundPayment } from './refund-payment';

export const handler = sagaTask(sagaOrder, (order) => refundPayment(order, deps));
