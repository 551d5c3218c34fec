import type { PaymentState } from '@yorozu/events';

export type NotificationKind = 'order-confirmed' | 'order-failed' | 'order-cancelled' | 'welcome';

export interface NotificationOrder {
  readonly orderId: string;
  readonly items: readonly {
    readonly productName: string;
    readonly quantity: number;
    readonly price: number;
  }[];
  /** Smallest unit of `currency`. */
  readonly totalAmount: number;
  readonly currency: string;
  /** Why it failed, where it did. */
  readonly failureCode?: string;
  /** What happened to the money of an order that ended without a sale. */
  readonly paymentState?: PaymentState;
}

export interface Notification {
  readonly kind: NotificationKind;
  /** The order, or the user for a welcome: a notification of a kind is sent once per subject. */
  readonly subjectId: string;
  readonly to: {
    readonly email: string;
    readonly name: string;
    readonly locale: 'ja' | 'en';
    readonly phone?: string;
  };
  readonly order?: NotificationOrder;
}
