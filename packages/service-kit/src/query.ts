import * as z from 'zod';

/** Query parameters that were sent without a value are absent: a form sends every field. */
export function withoutBlank(parameters: unknown): unknown {
  if (typeof parameters !== 'object' || parameters === null) return parameters;
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => typeof value !== 'string' || value.trim() !== ''),
  );
}

/** A whole number in decimal digits, nothing else that JavaScript's Number() takes (`0x20`, `1e3`, ` `). */
export function decimalInteger(minimum: number, maximum: number) {
  return z
    .string()
    .trim()
    .regex(/^\d{1,15}$/, { message: 'must be a whole number in decimal digits' })
    .transform(Number)
    .pipe(z.number().int().min(minimum).max(maximum));
}

/** `?page=1&pageSize=24` of every list. */
export const pageQuery = {
  page: decimalInteger(1, 100_000).default(1),
  pageSize: decimalInteger(1, 100).default(24),
};
