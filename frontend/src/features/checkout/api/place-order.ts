import type { ShippingAddress } from '@yorozu/service-kit/address';
import { z } from 'zod';
import { api } from '../../../lib/api-client';

export interface OrderRequest {
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly shippingAddress: ShippingAddress;
  readonly payment: { readonly token: string };
  readonly expectedTotal: number;
}

const acceptedSchema = z.object({ orderId: z.string() });

/**
 * Orders the cart. `checkoutId` is the shop's name for the attempt to buy it: however often and from however many tabs
 * it is sent, one order comes of it. The shop empties the cart as it accepts the order.
 */
export async function placeOrder(checkoutId: string, request: OrderRequest): Promise<string> {
  const { orderId } = await api('/api/orders', acceptedSchema, {
    method: 'POST',
    body: request,
    headers: { 'idempotency-key': checkoutId },
  });
  return orderId;
}
