import type { OrderCreated, OrderCreatedV1, OrderRecord, OrderRecordHistory } from '@yorozu/events';
import type { OrderIntake } from '@yorozu/lambda-shared/order-intakes';

const year = 365 * 86_400;

/** The first entry of an order's history. */
export function placedEntry({ timestamp }: Pick<OrderCreated, 'timestamp'>): OrderRecordHistory {
  return { at: timestamp, type: 'OrderPlaced' };
}

/** The item of `ecommerce-orders` that a new order becomes. */
export function orderRecord(
  order: OrderCreated | OrderCreatedV1,
  { shippingAddress, customer, paymentToken }: OrderIntake,
  now: Date,
): OrderRecord {
  const placed = placedEntry(order);
  return {
    user_id: order.userId,
    order_id: order.orderId,
    status: 'pending',
    total_amount: order.totalAmount,
    currency: order.currency,
    items: order.items.map(({ productId, productName, quantity, price }) => ({
      product_id: productId,
      product_name: productName,
      quantity,
      price,
    })),
    shipping_address: { ...shippingAddress },
    customer,
    payment_token: paymentToken,
    history: [placed],
    history_keys: new Set([placed.type]),
    correlation_id: order.metadata.correlationId,
    created_at: order.timestamp,
    updated_at: now.toISOString(),
    ttl: Math.floor(Date.parse(order.timestamp) / 1_000) + year,
  };
}

/**
 * The input of `order-saga`, without anything personal: executions are kept for 90 days. It depends on the event alone:
 * StartExecution is idempotent only for the same name with the same input.
 */
export function sagaInput(order: OrderCreated | OrderCreatedV1): object {
  const { orderId, userId, items, totalAmount, currency } = order;
  return {
    orderId,
    userId,
    items,
    totalAmount,
    currency,
    correlationId: order.metadata.correlationId,
    createdAt: order.timestamp,
  };
}
