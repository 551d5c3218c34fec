import { z } from 'zod';

/** Any UUID version; compared in lower case, as Postgres writes it. */
const id = z.guid().transform((value) => value.toLowerCase());
const units = z.number().int().min(1).max(1_000_000);
const maximumTtlSeconds = 7 * 86_400;

export const reserveBody = z.object({
  orderId: id,
  items: z
    .array(z.object({ productId: id, quantity: units }))
    .min(1)
    .max(100),
  ttlSeconds: z.number().int().min(1).max(maximumTtlSeconds),
});

export const orderParams = z.object({ orderId: id });

/** Printable text: control characters and broken surrogates cannot be stored. */
export const receiptBody = z.object({
  reference: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'must be printable text'),
  productId: id,
  quantity: units,
});

export const stockQuery = z.object({
  ids: z
    .string()
    .max(4_000)
    .transform((value) => value.split(','))
    .pipe(z.array(id).min(1).max(100))
    .optional(),
  page: z.coerce.number().int().min(1).max(1_000_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(24),
});
