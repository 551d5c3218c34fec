import { decimalInteger, pageQuery } from '@yorozu/service-kit/query';
import { line, uuid as id } from '@yorozu/service-kit/text';
import { z } from 'zod';

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

export const receiptBody = z.object({
  reference: line(1, 200),
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
  ...pageQuery,
  page: decimalInteger(1, 1_000_000).default(1),
});
