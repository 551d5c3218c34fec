/** A text after its character filters; `offset` leads back to the text as it was. */
export interface FilteredText {
  readonly text: string;
  readonly offset: (at: number) => number;
}

export const charFilters = ['icu_normalizer', 'html_strip'] as const;
export type CharFilter = (typeof charFilters)[number];

const replacements: Readonly<
  Record<CharFilter, { readonly unit: RegExp; readonly change: (text: string) => string }>
> = {
  // A character with its combining marks, also the half-width voicing marks, is composed as one.
  icu_normalizer: {
    unit: /\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gu,
    change: (text) => text.normalize('NFKC').toLowerCase(),
  },
  html_strip: { unit: /<[^>]*>|[^<]+|</g, change: (text) => (/^<[^>]+>$/.test(text) ? ' ' : text) },
};

export function applyCharFilters(original: string, filters: readonly CharFilter[]): FilteredText {
  return filters.reduce<FilteredText>(
    (before, filter) => {
      const { unit, change } = replacements[filter];
      let text = '';
      const starts: number[] = [];
      for (const { 0: part, index } of before.text.matchAll(unit)) {
        const changed = change(part);
        const sameLength = changed.length === part.length;
        for (let i = 0; i < changed.length; i += 1) starts.push(before.offset(index + (sameLength ? i : 0)));
        text += changed;
      }
      const end = before.offset(before.text.length);
      return { text, offset: (at) => starts[at] ?? end };
    },
    { text: original, offset: (at) => at },
  );
}
