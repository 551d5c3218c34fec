import { shippingAddress } from '@yorozu/service-kit/address';
import { z } from 'zod';

export const maximumAddresses = 20;

/** Body of PUT: what an order takes as its shippingAddress. */
export const addressInput = shippingAddress;
export type AddressInput = z.output<typeof addressInput>;

export const addressResponse = z.object({
  id: z.uuid(),
  name: z.string(),
  postalCode: z.string(),
  prefecture: z.string(),
  city: z.string(),
  line1: z.string(),
  line2: z.string().optional(),
  phone: z.string(),
  updatedAt: z.iso.datetime().describe('When it was changed, or used for an order'),
});
export const addressListResponse = z.object({ items: z.array(addressResponse) });

/** An address that a user keeps for their orders. */
export type SavedAddress = z.output<typeof addressResponse>;
