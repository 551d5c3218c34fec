import { count } from '@yorozu/lambda-shared/observability';
import { sagaOrder } from '@yorozu/lambda-shared/saga/order';
import { sagaTask } from '@yorozu/lambda-shared/saga/step';
import * as z from 'zod';
import { deps } from './deps';
import { failOrder } from './fail-order';
import { parkOrder } from './park-order';

/** The order itself, or the order to park where a compensation has failed. */
const input = z
  .union([z.object({ park: z.literal(true), order: sagaOrder }), sagaOrder])
  .transform((value) => ('park' in value ? value : { park: false, order: value }))
  .transform((value) => ({ ...value, correlationId: value.order.correlationId }));

export const handler = sagaTask(input, async ({ park, order }) => {
  if (park) return parkOrder(order, { history: deps.history, alarm: () => count('OrdersParked') });
  return failOrder(order, deps);
});
