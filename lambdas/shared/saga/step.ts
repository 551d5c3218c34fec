import { createEvent, type DomainEvent, type OrderRecordHistory, type OrderStatus } from '@yorozu/events';
import type { z } from 'zod';
import { classified, DomainError } from '../errors';
import type { EventPublisher } from '../event-publisher';
import { observed } from '../observability';
import type { HistoryChange, HistoryOutcome, OrderHistory } from '../order-history';
import type { SagaOrder } from './order';

/** What every step of the saga needs beside its own work. */
export interface StepDeps {
  readonly history: OrderHistory;
  readonly events: EventPublisher;
}

/** The state machine handed a step something else than an order. */
export class SagaInputInvalid extends DomainError {
  override readonly name = 'SagaInputInvalid';

  constructor(detail: string) {
    super('SAGA_INPUT_INVALID', detail);
  }
}

/**
 * A task of the saga as a Lambda: checks the input and lets errors leave under the names that the state machine's
 * Catch and Retry know (business errors as they are, whatever may work the next time as TransientError).
 */
export function sagaTask<I extends { correlationId: string }, O>(
  schema: z.ZodType<I>,
  run: (input: I) => Promise<O>,
): (event: unknown) => Promise<O> {
  return async (event) => {
    const parsed = schema.safeParse(event);
    if (!parsed.success) throw new SagaInputInvalid(parsed.error.message);
    return observed(parsed.data.correlationId, async () => {
      try {
        return await run(parsed.data);
      } catch (error) {
        throw classified(error);
      }
    });
  };
}

/**
 * Writes one change of the order down and tells the world: one write, then one publication of the steps and of `final`.
 * A repetition writes nothing and publishes again, since the attempt before may have died in between.
 */
export async function recordStep(
  order: SagaOrder,
  change: HistoryChange,
  deps: StepDeps,
  final: (outcome: HistoryOutcome) => readonly DomainEvent[] = () => [],
): Promise<HistoryOutcome> {
  const outcome = await deps.history.append(order, change);
  const steps = outcome.entries.map((entry) => statusChanged(order, outcome.status, entry));
  await deps.events.publish([...steps, ...final(outcome)]);
  return outcome;
}

/** The event that shows one entry of the history to the order's owner. */
export function statusChanged(
  order: Pick<SagaOrder, 'orderId' | 'userId' | 'correlationId'>,
  status: OrderStatus,
  { at, type, detail }: OrderRecordHistory,
): DomainEvent {
  const { orderId, userId, correlationId } = order;
  const event = { at, type, ...(detail ? { detail } : {}) };
  return createEvent('OrderStatusChanged', { orderId, userId, status, event }, { correlationId });
}
