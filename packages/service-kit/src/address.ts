import * as z from 'zod';
import { line, personName } from './text';

/** Full-width digits and letters become plain ones, and every dash a hyphen. */
function plain(value: string): string {
  return value
    .normalize('NFKC')
    .replace(/[‐‑‒–—―−ー－ｰ]/gu, '-')
    .trim();
}

/** A Japanese postcode in any usual spelling (`〒１００－０００１`, `1000001`), as `100-0001`. */
export const postalCode = z
  .string()
  .transform((value) =>
    plain(value)
      .replace(/^〒\s*/u, '')
      .replace(/\s/gu, ''),
  )
  .pipe(z.string().regex(/^\d{3}-?\d{4}$/, { message: 'must look like 100-0001' }))
  .transform((value) => value.replace(/^(\d{3})-?(\d{4})$/, '$1-$2'));

/** A telephone number of 10 to 15 digits (ITU-T E.164), with the separators it was given. */
export const phoneNumber = z
  .string()
  .transform(plain)
  .pipe(
    z
      .string()
      .regex(/^\+?[0-9(][0-9 ()-]{8,22}$/, { message: 'must be a phone number' })
      .refine((value) => /^\d{10,15}$/.test(value.replace(/\D/g, '')), {
        message: 'must have 10 to 15 digits',
        params: { code: 'INVALID_FORMAT' },
      }),
  );

/** Where an order goes; what the storefront's forms and the API check. */
export const shippingAddress = z.object({
  name: personName,
  postalCode,
  prefecture: line(1, 20),
  city: line(1, 100),
  line1: line(1, 200),
  line2: line(0, 200).optional(),
  phone: phoneNumber,
});
export type ShippingAddress = z.output<typeof shippingAddress>;
