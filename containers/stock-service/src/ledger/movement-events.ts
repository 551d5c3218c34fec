import { createEvent } from '@yorozu/events';
import type { OutboxEvent } from '@yorozu/events/outbox';
import type { Movement } from './planner';
import { available } from './requests';

/** The event that tells the rest of the shop about a movement. */
export function movementEvent(movement: Movement, now: Date): OutboxEvent {
  const { line, level, trace } = movement;
  const { productId, quantity } = line;
  const common = { productId, quantity, available: available(level), version: level.version };
  const context = { ...trace, now };
  const event = (() => {
    switch (movement.kind) {
      case 'reserved':
        return createEvent('StockReserved', { ...common, orderId: orderOf(movement) }, context);
      case 'released':
      case 'expired': {
        const reason = movement.kind === 'expired' ? 'expired' : 'compensation';
        return createEvent('StockReleased', { ...common, orderId: orderOf(movement), reason }, context);
      }
      case 'committed': {
        const sale = { onHand: level.quantity, reason: 'deducted', orderId: orderOf(movement) } as const;
        return createEvent('StockUpdated', { ...common, ...sale }, context);
      }
      case 'received': {
        const receipt = { onHand: level.quantity, reason: 'received' } as const;
        const reference = movement.reference === undefined ? {} : { reference: movement.reference };
        return createEvent('StockUpdated', { ...common, ...receipt, ...reference }, context);
      }
    }
  })();
  return { ...event, aggregateId: movement.orderId ?? line.productId };
}

function orderOf(movement: Movement): string {
  if (movement.orderId === undefined) throw new Error(`a ${movement.kind} movement belongs to an order`);
  return movement.orderId;
}
