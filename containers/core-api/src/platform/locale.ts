export type Locale = 'ja' | 'en';

const known = new Map<string, Locale>();

/**
 * The catalogue's language for an Accept-Language header (RFC 9110 section 12.5.4): Japanese unless English is
 * preferred to it. Remembers the few headers that browsers really send.
 */
export function localeOf(acceptLanguage: string | undefined): Locale {
  if (acceptLanguage === undefined) return 'ja';
  const remembered = known.get(acceptLanguage);
  if (remembered !== undefined) return remembered;
  const locale = negotiate(acceptLanguage);
  if (known.size < 500 && acceptLanguage.length < 200) known.set(acceptLanguage, locale);
  return locale;
}

function negotiate(header: string): Locale {
  let english = 0;
  let japanese = 0;
  for (const part of header.split(',').slice(0, 20)) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='));
    const quality = q === undefined ? 1 : Number(q.slice(2));
    if (!(quality > 0)) continue;
    if (range === 'en' || range.startsWith('en-')) english = Math.max(english, quality);
    if (range === 'ja' || range.startsWith('ja-') || range === '*') japanese = Math.max(japanese, quality);
  }
  return english > japanese ? 'en' : 'ja';
}
