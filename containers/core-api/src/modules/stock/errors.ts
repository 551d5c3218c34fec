import type { FieldError } from '@yorozu/service-kit/field-errors';
import { ProblemError } from '../../platform/errors';

/** stock-service's own refusal, passed on: PRODUCT_NOT_FOUND, RECEIPT_MISMATCH, STOCK_LIMIT. */
export class StockRefusedError extends ProblemError {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    detail: string,
    errors?: readonly FieldError[],
  ) {
    super(detail, errors);
  }
}
