import type { HistoryType, OrderStatus } from './order-status';

/** An item of the DynamoDB table `ecommerce-orders` (partition key user_id, sort key order_id, a UUIDv7). */
export interface OrderRecord {
  user_id: string;
  order_id: string;
  status: OrderStatus;
  /** Smallest unit of `currency`. */
  total_amount: number;
  currency: string;
  items: OrderRecordItem[];
  shipping_address: Record<string, string>;
  customer: { email: string; name: string; locale: 'ja' | 'en' };
  /** Single-use token of the payment provider; erased by the first write after it was used or the order was given up. */
  payment_token?: string;
  history: OrderRecordHistory[];
  /** Keys of the history entries written so far, so that a retried step appends once. A DynamoDB string set. */
  history_keys?: Set<string>;
  failure?: {
    code: 'OUT_OF_STOCK' | 'PAYMENT_DECLINED' | 'STEP_FAILED' | 'ORDER_CANCELLED';
    message: string;
  };
  /** Set while a compensation has failed for good and waits for the repair command. */
  compensation_failed?: boolean;
  correlation_id: string;
  created_at: string;
  updated_at: string;
  /** Epoch seconds, a year after the order. */
  ttl: number;
}

export interface OrderRecordItem {
  product_id: string;
  product_name: string;
  quantity: number;
  price: number;
}

export interface OrderRecordHistory {
  at: string;
  type: HistoryType;
  detail?: Record<string, unknown>;
}

/**
 * What happened to the buyer's money, as the order's history tells it; undefined while nothing is known.
 * `none`: the order failed before the payment was tried. `cancelled`: the buyer's cancel came before it.
 */
export type PaymentState = 'none' | 'captured' | 'refunded' | 'declined' | 'cancelled';

export function paymentState({
  status,
  history,
}: Pick<OrderRecord, 'status' | 'history'>): PaymentState | undefined {
  const happened = new Set(history.map(({ type }) => type));
  if (happened.has('PaymentRefunded')) return 'refunded';
  if (happened.has('PaymentCaptured')) return 'captured';
  if (happened.has('PaymentDeclined')) return 'declined';
  if (status === 'cancelled') return 'cancelled';
  return status === 'failed' ? 'none' : undefined;
}

/**
 * An item of `ecommerce-payments`, one per order. The first conditional put (attribute_not_exists(order_id)) wins:
 * either the saga captures or the shopper's cancel voids, never both.
 */
export interface PaymentRecord {
  order_id: string;
  state: 'captured' | 'refunded' | 'declined' | 'cancelled';
  payment_id: string;
  user_id: string;
  amount: number;
  currency: string;
  captured_at?: string;
  refunded_at?: string;
  decline_code?: string;
}
