import { z } from 'zod';
import { api } from '../../../lib/api-client';

export interface ShippingAddress {
  readonly name: string;
  readonly postalCode: string;
  readonly prefecture: string;
  readonly city: string;
  readonly line1: string;
  readonly line2: string;
  readonly phone: string;
}

export interface OrderRequest {
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly shippingAddress: ShippingAddress;
  readonly payment: { readonly token: string };
  readonly expectedTotal: number;
}

const acceptedSchema = z.object({
  orderId: z.string(),
  status: z.string(),
  totalAmount: z.number(),
  currency: z.string(),
});

const stored = 'yorozu.order-attempt';

/**
 * The key of an attempt lives as long as what is ordered stays the same: a reload or a lost answer repeats the same
 * order, never makes a second one. Cleared once the shop has answered.
 */
export function idempotencyKeyFor(request: OrderRequest): string {
  const content = JSON.stringify(request);
  const kept = sessionStorage.getItem(stored);
  if (kept) {
    const attempt = JSON.parse(kept) as { content: string; key: string };
    if (attempt.content === content) return attempt.key;
  }
  const key = crypto.randomUUID();
  sessionStorage.setItem(stored, JSON.stringify({ content, key }));
  return key;
}

export async function placeOrder(request: OrderRequest): Promise<z.infer<typeof acceptedSchema>> {
  const accepted = await api('/api/orders', acceptedSchema, {
    method: 'POST',
    body: request,
    headers: { 'idempotency-key': idempotencyKeyFor(request) },
  });
  sessionStorage.removeItem(stored);
  return accepted;
}
