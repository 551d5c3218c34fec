import { DomainError, TransientError } from '../errors';

export interface CaptureRequest {
  readonly orderId: string;
  readonly userId: string;
  /** Smallest unit of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** Single-use token of the provider. */
  readonly token: string;
}

export interface Capture {
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
  readonly capturedAt: string;
  /** Only the sandbox sets it: the step that is to fail next, so that the refund path can be seen. */
  readonly simulate?: 'deduction-failure';
}

export interface Refund {
  /** False when there was nothing to give back; a later capture of the order is impossible all the same. */
  readonly refunded: boolean;
  /** The shopper's cancel came first and stands: there was nothing to give back, and the order ends as cancelled. */
  readonly cancelled: boolean;
  readonly paymentId?: string;
  readonly amount: number;
}

/**
 * Takes and gives back the money of an order. Both calls are idempotent by order id: an order is captured at most once,
 * and never after it was refunded or cancelled, however late the call arrives.
 */
export interface PaymentProvider {
  /** Throws {@link PaymentDeclined}, {@link OrderCancelled}, {@link PaymentVoided}, {@link PaymentTimeout}. */
  capture(request: CaptureRequest): Promise<Capture>;
  /** Closes the payment of an order that ends without a sale: from here on neither a capture nor a cancel can win. */
  refund(order: { orderId: string; userId: string; currency: string }): Promise<Refund>;
}

export class PaymentDeclined extends DomainError {
  override readonly name = 'PaymentDeclined';

  constructor(readonly declineCode: string) {
    super('PAYMENT_DECLINED', `The payment was declined (${declineCode})`);
  }
}

/** The shopper's cancel came before the capture. */
export class OrderCancelled extends DomainError {
  override readonly name = 'OrderCancelled';

  constructor(orderId: string) {
    super('ORDER_CANCELLED', `Order ${orderId} was cancelled before it was paid`);
  }
}

/** The order was refunded before this capture arrived. */
export class PaymentVoided extends DomainError {
  override readonly name = 'PaymentVoided';

  constructor(orderId: string) {
    super('PAYMENT_VOIDED', `The payment of order ${orderId} was voided`);
  }
}

/** The provider did not answer in time; it may have captured. Retrying finds out. */
export class PaymentTimeout extends TransientError {
  override readonly name = 'PaymentTimeout';

  constructor() {
    super('PAYMENT_TIMEOUT', 'The payment provider did not answer in time');
  }
}
