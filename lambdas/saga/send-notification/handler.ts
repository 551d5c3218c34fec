import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import { deps } from './deps';
import { sendNotification } from './send-notification';

export const handler = sagaTask(sagaOrder, (order) => sendNotification(order, deps));
