import {
  parseEnvelope,
  type DomainEvent,
  type OrderCreated,
  type OrderCreatedV1,
  type OrderRecord,
  type OrderStatus,
} from '@yorozu/events';
import { DomainError } from '@yorozu/lambda-shared/errors';
import type { EventPublisher } from '@yorozu/lambda-shared/event-publisher';
import type { OrderIntake, OrderIntakes } from '@yorozu/lambda-shared/order-intakes';
import type { Orders } from '@yorozu/lambda-shared/orders';
import { statusChanged } from '@yorozu/lambda-shared/saga/step';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';
import { orderRecord, placedEntry, sagaInput } from './order-record';

export interface OrderProcessorDeps {
  readonly intakes: OrderIntakes;
  readonly orders: Orders & {
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

/** Neither an intake nor a record: core-api has never accepted this order, or has waited for us too long. */
export class OrderIntakeMissing extends DomainError {
  override readonly name = 'OrderIntakeMissing';

  constructor(orderId: string) {
    super('ORDER_INTAKE_MISSING', `There is neither an intake nor a record of order ${orderId}`);
  }
}

interface NewOrder {
  readonly messageId: string;
  readonly order: OrderCreated | OrderCreatedV1;
}

interface PlacedOrder extends NewOrder {
  readonly step: DomainEvent;
}

/** Undefined when it failed, which is then noted for the record. */
type Attempt = <T>(messageId: string, work: () => T | Promise<T>) => Promise<T | undefined>;

/**
 * Takes new orders from their queue: each is written down (a duplicate is harmless), shown to its owner, and its saga
 * started under the order's id, so that it starts once. Answers the records that must come again.
 *
 * What the events do not carry comes from core-api in one call for the batch. The step OrderPlaced of the whole batch is
 * published in one call, before the sagas start, so that no later step overtakes it. An order that has left `pending` has
 * its saga and is only acknowledged.
 */
export async function processOrders(
  records: readonly QueueRecord[],
  deps: OrderProcessorDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const attempt: Attempt = async (messageId, work) => {
    try {
      return await work();
    } catch (error) {
      failed.push({ messageId, error });
      return undefined;
    }
  };
  const arrived = await all(records, ({ messageId, body }) =>
    attempt(messageId, () => ({ messageId, order: parseEnvelope(body, ['OrderCreated']).detail })),
  );
  const intakes = intakesOf(arrived, deps);
  const placed = await all(arrived, (order) =>
    attempt(order.messageId, async () => place(order, (await intakes).get(order.order.orderId), deps)),
  );
  if (placed.length === 0) return failed;
  try {
    await deps.events.publish(placed.map(({ step }) => step));
  } catch (error) {
    return [...failed, ...placed.map(({ messageId }) => ({ messageId, error }))];
  }
  await all(placed, ({ messageId, order }) =>
    attempt(messageId, () => deps.sagas.start(order.orderId, sagaInput(order))),
  );
  return failed;
}

/** Of events of version 1 out of the event itself, of the others from core-api. */
async function intakesOf(
  arrived: readonly NewOrder[],
  deps: OrderProcessorDeps,
): Promise<ReadonlyMap<string, OrderIntake>> {
  const orders = arrived.map(({ order }) => order);
  const carried = orders.flatMap((order) => ('customer' in order ? [carriedIntake(order)] : []));
  const asked = orders.flatMap((order) => ('customer' in order ? [] : [order.orderId]));
  const found = asked.length === 0 ? [] : await deps.intakes.find(asked);
  return new Map([...carried.map((intake) => [intake.orderId, intake] as const), ...found]);
}

function carriedIntake({ orderId, shippingAddress, customer, payment }: OrderCreatedV1): OrderIntake {
  return { orderId, shippingAddress: { ...shippingAddress }, customer, paymentToken: payment.token };
}

/** Undefined for an order whose saga is known to run or to have ended. */
async function place(
  { messageId, order }: NewOrder,
  intake: OrderIntake | undefined,
  deps: OrderProcessorDeps,
): Promise<PlacedOrder | undefined> {
  const { orderId, userId, metadata } = order;
  const status = intake
    ? await deps.orders.insert(orderRecord(order, intake, deps.now()))
    : // core-api forgets an intake once the record is there: this is a duplicate, or somebody else's event.
      (await deps.orders.find(order))?.status;
  if (status === undefined) throw new OrderIntakeMissing(orderId);
  if (status !== 'pending') return undefined;
  const trace = { orderId, userId, correlationId: metadata.correlationId };
  return { messageId, order, step: statusChanged(trace, status, placedEntry(order)) };
}

/** Runs them side by side; answers what came of those that did not fail. */
async function all<I, O>(
  items: readonly I[],
  work: (item: I) => Promise<O | undefined>,
): Promise<NonNullable<O>[]> {
  const results = await Promise.all(items.map(work));
  return results.filter((result) => result !== undefined && result !== null);
}
