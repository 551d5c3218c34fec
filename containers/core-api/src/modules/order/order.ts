import {
  paymentState,
  type HistoryType,
  type OrderRecord,
  type OrderStatus,
  type PaymentState,
} from '@yorozu/events';

type FailureCode = 'OUT_OF_STOCK' | 'PAYMENT_DECLINED' | 'STEP_FAILED';

/** An order as its buyer sees it. Amounts in the currency's smallest unit, times ISO 8601 UTC. */
export interface Order {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly items: readonly { productId: string; productName: string; quantity: number; price: number }[];
  readonly totalAmount: number;
  readonly currency: string;
  readonly shippingAddress: Readonly<Record<string, string>>;
  /** What happened to the money; absent while nothing is known. */
  readonly payment?: { readonly state: PaymentState };
  readonly failure?: { readonly code: FailureCode; readonly message: string };
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly history: readonly { at: string; type: HistoryType; detail: Record<string, unknown> }[];
}

export interface OrderKey {
  readonly userId: string;
  readonly orderId: string;
}

/** An accepted order as it was placed. */
export type OrderIntake = Pick<
  Order,
  'orderId' | 'items' | 'totalAmount' | 'currency' | 'shippingAddress' | 'createdAt'
>;

export function orderOfRecord(record: OrderRecord): Order {
  const { failure } = record;
  const payment = paymentState(record);
  return {
    orderId: record.order_id,
    status: record.status,
    items: record.items.map((item) => ({
      productId: item.product_id,
      productName: item.product_name,
      quantity: item.quantity,
      price: item.price,
    })),
    totalAmount: record.total_amount,
    currency: record.currency,
    shippingAddress: record.shipping_address,
    ...(payment && { payment: { state: payment } }),
    // That an order was cancelled is its status; it is no failure to the buyer.
    ...(failure &&
      failure.code !== 'ORDER_CANCELLED' && { failure: { code: failure.code, message: failure.message } }),
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    history: record.history.map(({ at, type, detail }) => ({ at, type, detail: detail ?? {} })),
  };
}

/** An accepted order that order-processor has not written to DynamoDB yet. */
export function orderOfIntake(intake: OrderIntake): Order {
  const { items, createdAt } = intake;
  return {
    ...intake,
    status: 'pending',
    // jsonb does not keep the order of members.
    items: items.map(({ productId, productName, quantity, price }) => ({
      productId,
      productName,
      quantity,
      price,
    })),
    updatedAt: createdAt,
    history: [{ at: createdAt, type: 'OrderPlaced', detail: {} }],
  };
}
