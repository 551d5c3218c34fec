import Negotiator from 'negotiator';

export const locales = ['ja', 'en'] as const;
export type Locale = (typeof locales)[number];

const known = new Map<string, Locale>();

/**
 * The shop's language for an Accept-Language header (RFC 9110 section 12.5.4): the one that is wanted most, of two wanted
 * alike the one that is named first; Japanese where neither is. Remembers the few headers that browsers really send.
 */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined) return 'ja';
  const remembered = known.get(acceptLanguage);
  if (remembered !== undefined) return remembered;
  const negotiator = new Negotiator({ headers: { 'accept-language': acceptLanguage.slice(0, 200) } });
  const locale = negotiator.language([...locales]) === 'en' ? 'en' : 'ja';
  if (known.size < 500 && acceptLanguage.length <= 200) known.set(acceptLanguage, locale);
  return locale;
}
