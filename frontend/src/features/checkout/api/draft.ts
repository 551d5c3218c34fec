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
  /** When it was sent to the shop (ms since 1970): a reload may have lost the answer. */
  sentAt: z.number().optional(),
});
export type Draft = z.infer<typeof draftSchema>;

/** Clocks differ: how much older than the sending, by this browser's clock, the order that came of it may look. */
const clockToleranceMs = 5 * 60_000;

/** The `sentAt` of a draft that is sent at this moment. */
export function sendingTime(): number {
  return Date.now();
}

/** Whether an order can be what became of the draft, and is not an older one. */
export function mayHaveBecome({ sentAt }: Draft, order: { readonly createdAt: string }): boolean {
  return sentAt !== undefined && Date.parse(order.createdAt) >= sentAt - clockToleranceMs;
}

/** What a shopper has filled in at checkout, kept in this tab until it is ordered or they sign out. */
export const draftOf = (userId: string): Kept<Draft> =>
  keptFor(userId, 'sessionStorage', 'checkout', draftSchema);
