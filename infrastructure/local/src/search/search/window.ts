import { badRequest } from '../errors';

/** `index.max_result_window`. */
export const maximumWindow = 10_000;

/** A count of the request: a whole number that is not negative. */
export function sizeOf(value: unknown, otherwise: number, name: string): number {
  if (value === undefined || value === null) return otherwise;
  const size = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof size !== 'number' || !Number.isInteger(size))
    throw badRequest(`[${name}] must be a whole number`, 'illegal_argument_exception');
  if (size < 0)
    throw badRequest(`[${name}] parameter cannot be negative, found [${size}]`, 'illegal_argument_exception');
  return size;
}

export function checkWindow(from: number, size: number): void {
  if (from + size <= maximumWindow) return;
  throw badRequest(
    `Result window is too large, from + size must be less than or equal to: [${maximumWindow}] but was [${from + size}]. See the scroll api for a more efficient way to request large data sets. This limit can be set by changing the [index.max_result_window] index level setting.`,
    'illegal_argument_exception',
  );
}
