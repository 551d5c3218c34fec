import { parseEnvelope } from '@yorozu/events';
import { z } from 'zod';
import type { StockRequest } from '../ledger/requests';
import { receiptBody } from '../http/schemas';

const receiveStock = receiptBody.extend({
  type: z.literal('ReceiveStock'),
  correlationId: z.string().max(128).optional(),
});

/**
 * What a message of stock-update-queue asks for: an EventBridge envelope of OrderFailed or OrderCancelled releases what
 * the order still holds (a safety net: the saga has released it, and only the saga takes back what was sold), `{"type":"ReceiveStock", productId, quantity, reference}` books a receipt.
 * Throws (EventValidationError, ZodError, SyntaxError) for anything else, so that the queue moves it to its DLQ.
 */
export function toStockRequest(body: string, messageId: string): StockRequest {
  const message: unknown = JSON.parse(body);
  if (isReceiveStock(message)) {
    const { type: _type, correlationId, ...receipt } = receiveStock.parse(message);
    return {
      kind: 'receive',
      ...receipt,
      trace: { correlationId: correlationId ?? messageId, causationId: messageId },
    };
  }
  const { detail } = parseEnvelope(body, ['OrderFailed', 'OrderCancelled']);
  const { correlationId, eventId } = detail.metadata;
  return {
    kind: 'release-hold',
    orderId: detail.orderId.toLowerCase(),
    trace: { correlationId, causationId: eventId },
  };
}

function isReceiveStock(message: unknown): boolean {
  return (
    typeof message === 'object' && message !== null && 'type' in message && message.type === 'ReceiveStock'
  );
}
