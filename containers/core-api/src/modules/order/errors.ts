import { ProblemError } from '../../platform/errors';
import { checkoutLifeDays } from '../cart/checkout';

export class OrderNotFoundError extends ProblemError {
  readonly status = 404;
  readonly code = 'ORDER_NOT_FOUND';
  readonly title = 'There is no such order';

  constructor() {
    super('No such order among yours');
  }
}

export class NotCancellableError extends ProblemError {
  readonly status = 409;
  readonly code = 'NOT_CANCELLABLE';
  readonly title = 'The order can no longer be cancelled';
}

export class PriceChangedError extends ProblemError {
  readonly status = 409;
  readonly code = 'PRICE_CHANGED';
  readonly title = 'The price has changed';

  constructor(expected: number, actual: number) {
    super(`The total is now ${actual}, not ${expected}`, [
      { path: 'expectedTotal', code: 'PRICE_CHANGED', message: `is ${actual} now` },
    ]);
  }
}

/** An order names products that are not for sale. */
export class UnknownProductsError extends ProblemError {
  readonly status = 422;
  readonly code = 'PRODUCT_NOT_FOUND';
  readonly title = 'A product is not for sale';

  constructor(lines: readonly number[]) {
    super(
      'See errors for the lines',
      lines.map((line) => ({
        path: `items[${line}].productId`,
        code: 'PRODUCT_NOT_FOUND',
        message: 'is not in the catalogue',
      })),
    );
  }
}

export class IdempotencyKeyRequiredError extends ProblemError {
  readonly status = 400;
  readonly code = 'IDEMPOTENCY_KEY_REQUIRED';
  readonly title = 'An Idempotency-Key is needed';

  constructor() {
    super('Send an Idempotency-Key header, a new one for each order and the same one for each retry');
  }
}

export class IdempotencyKeyInvalidError extends ProblemError {
  readonly status = 400;
  readonly code = 'IDEMPOTENCY_KEY_INVALID';
  readonly title = 'The Idempotency-Key is not valid';

  constructor() {
    super('An Idempotency-Key is 1 to 255 printable ASCII characters');
  }
}

/** The key is the checkoutId of a cart as it was long ago. */
export class CheckoutExpiredError extends ProblemError {
  readonly status = 409;
  readonly code = 'CHECKOUT_EXPIRED';
  readonly title = 'The checkout is too old';

  constructor() {
    super(`Load the cart again: a checkoutId is good for ${checkoutLifeDays} days`);
  }
}

export class IdempotencyKeyReusedError extends ProblemError {
  readonly status = 422;
  readonly code = 'IDEMPOTENCY_KEY_REUSED';
  readonly title = 'The Idempotency-Key belongs to another order';
  override readonly members: { readonly orderId: string };

  /** `orderId` is the order that the key stands for. */
  constructor(orderId: string) {
    super('The same key was sent with another body before; orderId names the order it gave');
    this.members = { orderId };
  }
}
