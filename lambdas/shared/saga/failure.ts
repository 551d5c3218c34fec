import type { OrderRecord } from '@yorozu/events';
import type { HistoryEntry } from '../order-history';
import type { Refund } from '../payments/port';
import type { SagaOrder } from './order';

export type Failure = NonNullable<OrderRecord['failure']>;

/** Why an order ends without a sale, as its history, its record and its final event tell it. */
export interface Verdict {
  readonly status: 'failed' | 'cancelled';
  readonly cause: HistoryEntry;
  readonly failure: Failure;
}

/** What closing the payment came to. */
export type Closed = Pick<Refund, 'refunded' | 'cancelled'>;

/**
 * Reads the verdict from the error that the state machine caught and from the payment; the same at every step of the
 * compensation. An accepted cancel stands, whatever else went wrong.
 */
export function verdictOf(order: SagaOrder, closed: SagaOrder['refund'] = order.refund): Verdict {
  switch (closed?.cancelled ? 'OrderCancelled' : order.error?.Error) {
    case 'OutOfStock':
      return {
        status: 'failed',
        cause: { type: 'OutOfStock' },
        failure: { code: 'OUT_OF_STOCK', message: 'Not every item is in stock. Nothing was charged.' },
      };
    case 'PaymentDeclined':
      return {
        status: 'failed',
        cause: { type: 'PaymentDeclined' },
        failure: { code: 'PAYMENT_DECLINED', message: 'The payment was declined. Nothing was charged.' },
      };
    case 'OrderCancelled':
      return {
        status: 'cancelled',
        cause: { type: 'OrderCancelled' },
        failure: { code: 'ORDER_CANCELLED', message: 'The order was cancelled. Nothing was charged.' },
      };
    default:
      return {
        status: 'failed',
        cause: { type: 'StepFailed', detail: { step: failedStep(order) } },
        failure: {
          code: 'STEP_FAILED',
          message: `The order could not be completed. ${closed?.refunded ? 'The payment was refunded in full.' : 'Nothing was charged.'}`,
        },
      };
  }
}

/** The cause, for the first compensation that runs; those after it find it in the history. */
export function causeToWrite(order: SagaOrder, { cause }: Verdict): HistoryEntry[] {
  return order.refund || order.stockRelease ? [] : [cause];
}

/** The first step that has left no result. */
function failedStep(order: SagaOrder): string {
  if (!order.stockReservation) return 'ReserveStock';
  return order.payment?.paymentId === undefined ? 'ProcessPayment' : 'UpdateStock';
}
