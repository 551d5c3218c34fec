import {
  parseEnvelope,
  type DomainEvent,
  type OrderCreated,
  type OrderRecord,
  type OrderStatus,
} from '@yorozu/events';
import type { EventPublisher } from '@yorozu/lambda-shared/event-publisher';
import { statusChanged } from '@yorozu/lambda-shared/saga/step';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';
import { orderRecord, sagaInput } from './order-record';

export interface OrderProcessorDeps {
  readonly orders: {
    /** Writes a new order, or leaves the one that is there; answers the status it has then. */
    insert(record: OrderRecord): Promise<OrderStatus>;
  };
  readonly sagas: {
    /** Starts the saga of an order; does nothing when it was started before. */
    start(orderId: string, input: object): Promise<void>;
  };
  readonly events: EventPublisher;
  readonly now: () => Date;
}

interface PlacedOrder {
  readonly messageId: string;
  readonly order: OrderCreated;
  readonly step: DomainEvent;
}

/**
 * Takes new orders from their queue: each is written down (a duplicate is harmless), shown to its owner, and its saga
 * started under the order's id, so that it starts once. Answers the records that must come again.
 *
 * The step OrderPlaced of the whole batch is published in one call, before the sagas start, so that no later step
 * overtakes it. An order that has left `pending` has its saga and is only acknowledged.
 */
export async function processOrders(
  records: readonly QueueRecord[],
  deps: OrderProcessorDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const attempt = async <T>(messageId: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failed.push({ messageId, error });
      return undefined;
    }
  };
  const placed = await Promise.all(
    records.map(({ messageId, body }) => attempt(messageId, () => place(messageId, body, deps))),
  );
  const orders = placed.filter((order) => order !== undefined);
  if (orders.length === 0) return failed;
  try {
    await deps.events.publish(orders.map(({ step }) => step));
  } catch (error) {
    return [...failed, ...orders.map(({ messageId }) => ({ messageId, error }))];
  }
  await Promise.all(
    orders.map(({ messageId, order }) =>
      attempt(messageId, () => deps.sagas.start(order.orderId, sagaInput(order))),
    ),
  );
  return failed;
}

/** Undefined for an order whose saga is known to run or to have ended. */
async function place(
  messageId: string,
  body: string,
  deps: OrderProcessorDeps,
): Promise<PlacedOrder | undefined> {
  const { detail: order } = parseEnvelope(body, ['OrderCreated']);
  const { record, placed } = orderRecord(order, deps.now());
  const status = await deps.orders.insert(record);
  if (status !== 'pending') return undefined;
  const { orderId, userId, metadata } = order;
  const step = statusChanged({ orderId, userId, correlationId: metadata.correlationId }, status, placed);
  return { messageId, order, step };
}
