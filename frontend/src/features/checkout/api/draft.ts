import { z } from 'zod';
import { sandboxCards } from '../../../config/cards';
import { keptFor, type Kept } from '../../../lib/storage';

const addressFormSchema = z.object({
  name: z.string(),
  postalCode: z.string(),
  prefecture: z.string(),
  city: z.string(),
  line1: z.string(),
  line2: z.string(),
  phone: z.string(),
});
export type AddressForm = z.infer<typeof addressFormSchema>;
export const addressFields = Object.keys(addressFormSchema.shape) as readonly (keyof AddressForm)[];

export function emptyAddress(name: string): AddressForm {
  return { name, postalCode: '', prefecture: '', city: '', line1: '', line2: '', phone: '' };
}

const draftSchema = z.object({
  /** The saved address that is chosen; undefined while another one is written. */
  addressId: z.string().optional(),
  address: addressFormSchema,
  save: z.boolean(),
  card: z.enum(sandboxCards),
  /** Whether it was sent to the shop: a reload may have lost the answer. */
  sent: z.boolean(),
});
export type Draft = z.infer<typeof draftSchema>;

/** What a shopper has filled in at checkout, kept in this tab until it is ordered or they sign out. */
export const draftOf = (userId: string): Kept<Draft> =>
  keptFor(userId, 'sessionStorage', 'checkout', draftSchema);
