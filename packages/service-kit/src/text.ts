import * as z from 'zod';

/**
 * The one schema of text that enters the shop, in every service: trimmed, in Unicode's composed form (NFC), without
 * control characters or lone surrogates, which neither Postgres nor JSON can carry. Safe to import in a browser.
 */

// Lone surrogates and control characters; the replaced ones are allowed in text of several lines.
const unstorable = /[\p{Cc}\p{Cs}]/u;
const lineBreaks = /[\n\r\t\u2028\u2029\u0085]/u;
const visible = /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
/** Bidirectional overrides and isolates turn the text around them (CVE-2021-42574). */
const bidiControls = /[\u202a-\u202e\u2066-\u2069]/u;

export function isStorable(value: string): boolean {
  return !unstorable.test(value.replace(/[\n\r\t]/g, ''));
}

/** Trimmed and composed, before any length is counted. */
const composed = z.string().transform((value) => value.normalize('NFC').trim());

/** Text of several lines. Lengths are in UTF-16 code units after trimming; a minimum above 0 wants something to see. */
export function text(minimum: number, maximum: number) {
  return composed.pipe(
    z
      .string()
      .min(minimum)
      .max(maximum)
      .refine(isStorable, {
        message: 'must not contain control characters or broken Unicode',
        params: { code: 'INVALID_TEXT' },
      })
      .refine((value) => minimum === 0 || value === '' || visible.test(value), {
        message: 'must contain something to see',
        params: { code: 'REQUIRED' },
      }),
  );
}

/** Text of one line: no line breaks or tabs, nothing that turns its neighbours around. */
export function line(minimum: number, maximum: number) {
  return text(minimum, maximum).refine((value) => !lineBreaks.test(value) && !bidiControls.test(value), {
    message: 'must be one line of plain text',
    params: { code: 'INVALID_TEXT' },
  });
}

export const maximumNameLength = 100;

/** A person's name, the same wherever one is given: register, profile, address, identity provider. */
export const personName = line(1, maximumNameLength);

/**
 * An e-mail address as the WHATWG HTML standard has it (zod's `html5Email`, the rule of every browser's
 * `<input type=email>`), which takes what Japanese carriers once gave out (`taro..yamada@docomo.ne.jp`), with a domain of
 * at least two labels and the lengths of RFC 5321 section 4.5.3.1 (local part 64, whole path 254).
 */
export const emailAddress = composed.pipe(
  z
    .email({ pattern: z.regexes.html5Email })
    .max(254)
    .refine((value) => value.lastIndexOf('@') <= 64 && value.slice(value.lastIndexOf('@')).includes('.'), {
      message: 'must be an e-mail address',
      params: { code: 'INVALID_FORMAT' },
    }),
);

/** Any UUID, lower-cased, so that two spellings of an id are the same id. */
export const uuid = z.guid().transform((value) => value.toLowerCase());

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && uuidPattern.test(value);
}
