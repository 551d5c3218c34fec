import { historyTypes, orderStatuses } from '@yorozu/events';
import { z } from 'zod';
import { shippingAddress } from '@yorozu/service-kit/address';
import { decimalInteger } from '@yorozu/service-kit/query';
import { uuid } from '@yorozu/service-kit/text';

export const maximumLines = 50;
export const maximumQuantity = 99;

const items = z
  .array(z.object({ productId: uuid, quantity: z.number().int().min(1).max(maximumQuantity) }))
  .min(1)
  .max(maximumLines)
  .superRefine((lines, context) => {
    lines.forEach((line, index) => {
      if (lines.findIndex((other) => other.productId === line.productId) === index) return;
      context.addIssue({
        code: 'custom',
        path: [index, 'productId'],
        params: { code: 'DUPLICATE' },
        message: 'is in the list twice',
      });
    });
  });

/** Body of POST /api/orders. Members we do not know are ignored, so no client can send prices. */
export const placeOrderInput = z.object({
  items,
  shippingAddress,
  payment: z.object({
    token: z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, { message: 'must be a payment token' }),
  }),
  expectedTotal: z.number().int().min(0).optional(),
});
export type PlaceOrderInput = z.output<typeof placeOrderInput>;

export const orderListQuery = z.object({
  limit: decimalInteger(1, 100).default(20),
  cursor: z
    .string()
    .max(100)
    .transform((value) => Buffer.from(value, 'base64url').toString())
    .pipe(uuid)
    .optional(),
});
export type OrderListQuery = z.output<typeof orderListQuery>;

export const acceptedOrderResponse = z.object({
  orderId: z.uuid(),
  status: z.literal('pending'),
  totalAmount: z.int(),
  currency: z.string(),
});

export const orderResponse = z.object({
  orderId: z.uuid(),
  status: z.enum(orderStatuses),
  items: z.array(
    z.object({ productId: z.uuid(), productName: z.string(), quantity: z.int(), price: z.int() }),
  ),
  totalAmount: z.int().describe('Smallest unit of the currency (JPY: yen)'),
  currency: z.string(),
  shippingAddress: z.record(z.string(), z.string()),
  payment: z
    .object({ state: z.enum(['none', 'captured', 'refunded', 'declined', 'cancelled']) })
    .optional()
    .describe('What happened to the money; absent while nothing is known'),
  failure: z
    .object({ code: z.enum(['OUT_OF_STOCK', 'PAYMENT_DECLINED', 'STEP_FAILED']), message: z.string() })
    .optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  history: z.array(
    z.object({ at: z.iso.datetime(), type: z.enum(historyTypes), detail: z.record(z.string(), z.unknown()) }),
  ),
});

export const orderListResponse = z.object({
  items: z.array(orderResponse),
  nextCursor: z.string().nullable(),
});

export const cancelResponse = z.object({ orderId: z.uuid(), status: z.enum(orderStatuses) });

/** Query of GET /internal/order-intakes. */
export const orderIntakesQuery = z.object({
  ids: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(uuid).min(1).max(100)),
});
export type OrderIntakesQuery = z.output<typeof orderIntakesQuery>;
