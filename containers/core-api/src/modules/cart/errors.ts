import { ProblemError } from '../../platform/errors';

export class CartItemNotFoundError extends ProblemError {
  readonly status = 404;
  readonly code = 'CART_ITEM_NOT_FOUND';
  readonly title = 'The cart does not hold this product';
}

export class CartLimitError extends ProblemError {
  readonly status = 422;
  readonly code = 'CART_LIMIT';
  readonly title = 'The cart cannot hold more';
}

export class CartConflictError extends ProblemError {
  readonly status = 409;
  readonly code = 'CART_CONFLICT';
  readonly title = 'The cart is being changed elsewhere';
}
