import type { OrderCreated, OrderRecord, OrderRecordHistory } from '@yorozu/events';

const year = 365 * 86_400;

/** The item of `ecommerce-orders` that a new order becomes, and the first entry of its history. */
export function orderRecord(
  order: OrderCreated,
  now: Date,
): { record: OrderRecord; placed: OrderRecordHistory } {
  const placed: OrderRecordHistory = { at: order.timestamp, type: 'OrderPlaced' };
  const record: OrderRecord = {
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
    shipping_address: { ...order.shippingAddress },
    customer: order.customer,
    history: [placed],
    history_keys: new Set([placed.type]),
    correlation_id: order.metadata.correlationId,
    created_at: order.timestamp,
    updated_at: now.toISOString(),
    ttl: Math.floor(Date.parse(order.timestamp) / 1_000) + year,
  };
  return { record, placed };
}

/**
 * The input of `order-saga`. It depends on the event alone: StartExecution is idempotent only for the same name with
 * the same input.
 */
export function sagaInput(order: OrderCreated): object {
  const { orderId, userId, items, totalAmount, currency, payment, customer, shippingAddress } = order;
  return {
    orderId,
    userId,
    items,
    totalAmount,
    currency,
    payment,
    customer,
    shippingAddress,
    correlationId: order.metadata.correlationId,
    createdAt: order.timestamp,
  };
}
