import type { FieldError } from '@yorozu/service-kit/field-errors';

/** A refusal with a stable code; the HTTP layer turns it into problem+json. */
export class DomainError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    readonly errors?: readonly ErrorItem[],
  ) {
    super(detail);
    this.name = new.target.name;
  }
}

export interface ErrorItem extends FieldError {
  readonly productId?: string;
  readonly requested?: number;
  readonly available?: number;
}

export interface Shortage {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
}

export class OutOfStockError extends DomainError {
  constructor(readonly shortages: readonly Shortage[]) {
    const errors = shortages.map((shortage) => ({
      path: 'items',
      code: 'OUT_OF_STOCK',
      message: `${shortage.requested} requested, ${shortage.available} available`,
      ...shortage,
    }));
    super(409, 'OUT_OF_STOCK', 'Out of stock', 'Nothing was reserved: not every item is available.', errors);
  }
}

export class ReservationMismatchError extends DomainError {
  constructor(orderId: string) {
    super(409, 'RESERVATION_MISMATCH', 'Reservation differs', `Order ${orderId} has reserved other items.`);
  }
}

export class ReservationReleasedError extends DomainError {
  constructor(orderId: string) {
    super(
      409,
      'RESERVATION_RELEASED',
      'Reservation released',
      `The reservation of order ${orderId} was released.`,
    );
  }
}

export class ReservationExpiredError extends DomainError {
  constructor(orderId: string) {
    super(
      409,
      'RESERVATION_EXPIRED',
      'Reservation expired',
      `The reservation of order ${orderId} has expired.`,
    );
  }
}

export class ReservationNotFoundError extends DomainError {
  constructor(orderId: string) {
    super(404, 'RESERVATION_NOT_FOUND', 'Reservation not found', `Order ${orderId} has no reservation.`);
  }
}

export class ReceiptMismatchError extends DomainError {
  constructor(reference: string) {
    super(409, 'RECEIPT_MISMATCH', 'Receipt differs', `Receipt ${reference} was booked with other goods.`);
  }
}

export class ProductNotFoundError extends DomainError {
  constructor(productId: string) {
    super(404, 'PRODUCT_NOT_FOUND', 'Product not found', `There is no product ${productId}.`);
  }
}

export class StockLimitError extends DomainError {
  constructor(productId: string) {
    super(409, 'STOCK_LIMIT', 'Too many units', `Product ${productId} would exceed the largest stock level.`);
  }
}

export class OverloadedError extends DomainError {
  constructor() {
    super(503, 'OVERLOADED', 'Overloaded', 'Too many stock changes are waiting; try again shortly.');
  }
}

export class LedgerUnavailableError extends DomainError {
  constructor(cause: unknown) {
    super(
      503,
      'STOCK_UNAVAILABLE',
      'Stock unavailable',
      'The stock database cannot be reached; try again shortly.',
    );
    this.cause = cause;
  }
}
