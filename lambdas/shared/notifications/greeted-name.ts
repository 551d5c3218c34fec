/** A greeting wants no more than this of a name. */
const longest = 30;
const neutral = { ja: 'お客', en: 'customer' } as const;

/** What mail programs turn into links, and what asks to be called: addresses, domains, long numbers. */
const linkLike = /[/@:\\]|[\p{L}\p{N}]{2,}\.[\p{L}\p{N}]{2,}|\d{4,}/u;

/**
 * A name as a mail may greet it. Whoever orders chooses it, so it must not carry a message of theirs under our sender:
 * one that holds a link is left out, a long one is cut.
 */
export function greetedName(name: string, locale: 'ja' | 'en'): string {
  if (linkLike.test(name.normalize('NFKC'))) return neutral[locale];
  const letters = [...new Intl.Segmenter(locale).segment(name)].map(({ segment }) => segment);
  return letters.length <= longest ? name : `${letters.slice(0, longest).join('')}…`;
}
