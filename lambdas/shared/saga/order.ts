import * as z from 'zod';

const uuid = z.guid();

const line = z.object({
  productId: uuid,
  productName: z.string(),
  quantity: z.int().positive(),
  price: z.int().nonnegative(),
});

/**
 * What `order-processor` starts the saga with; every step gets it with the results of the steps before. Executions are
 * kept and read by operators: address, customer and payment token are the order's record's, not theirs.
 */
export const sagaOrder = z.object({
  orderId: uuid,
  userId: uuid,
  items: z.tuple([line], line),
  /** Smallest unit of `currency`. */
  totalAmount: z.int().nonnegative(),
  currency: z.string(),
  correlationId: z.string(),
  createdAt: z.string(),
  payment: z
    .object({
      /** Only in executions that began before the token moved to the order's record. */
      token: z.string().optional(),
      paymentId: z.string().optional(),
      simulate: z.literal('deduction-failure').optional(),
    })
    .optional(),
  stockReservation: z.object({ expiresAt: z.string().optional() }).optional(),
  refund: z.object({ refunded: z.boolean(), cancelled: z.boolean().optional() }).optional(),
  stockRelease: z.object({ released: z.boolean() }).optional(),
  notification: z.object({ sent: z.boolean() }).optional(),
  /** As a Catch leaves it: the error's name and, in `Cause`, Lambda's JSON text of it. */
  error: z.object({ Error: z.string(), Cause: z.string().optional() }).optional(),
});

export type SagaOrder = z.infer<typeof sagaOrder>;
