import { ProblemError } from '../../platform/errors';

export class ProductNotFoundError extends ProblemError {
  readonly status = 404;
  readonly code = 'PRODUCT_NOT_FOUND';
  readonly title = 'There is no such product';

  constructor(productId: string) {
    super(`No product ${productId.slice(0, 64)}`);
  }
}
