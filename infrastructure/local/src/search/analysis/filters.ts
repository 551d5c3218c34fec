import { badRequest } from '../errors';
import { englishStopWords, possessive, porterStem, stop } from './english';
import { baseForm, japaneseStopWords, partOfSpeech, readingForm, stemmer } from './japanese-filters';
import { cjkBigram } from './standard';
import { eachTerm, type Token, type TokenFilter } from './token';

/** `analysis.filter.<name>`, or a filter by its own name. */
export interface FilterDefinition {
  readonly type?: string;
  readonly stopwords?: string | readonly string[];
  readonly stoptags?: readonly string[];
  readonly language?: string;
  readonly minimum_length?: number;
  readonly min_gram?: number;
  readonly max_gram?: number;
}

const make: Readonly<Record<string, (definition: FilterDefinition) => TokenFilter>> = {
  lowercase: () => eachTerm((term) => term.toLowerCase()),
  uppercase: () => eachTerm((term) => term.toUpperCase()),
  trim: () => eachTerm((term) => term.trim()),
  cjk_width: () => eachTerm((term) => term.normalize('NFKC')),
  icu_normalizer: () => eachTerm((term) => term.normalize('NFKC').toLowerCase()),
  icu_folding: () => eachTerm((term) => withoutMarks(term.normalize('NFKC').toLowerCase())),
  asciifolding: () => eachTerm(withoutMarks),
  cjk_bigram: () => cjkBigram,
  kuromoji_baseform: () => baseForm,
  kuromoji_readingform: () => readingForm,
  kuromoji_part_of_speech: ({ stoptags }) => partOfSpeech(stoptags),
  kuromoji_stemmer: ({ minimum_length: length }) => stemmer(length),
  ja_stop: ({ stopwords = '_japanese_' }) => stop(stopWords(stopwords)),
  stop: ({ stopwords = '_english_' }) => stop(stopWords(stopwords)),
  porter_stem: () => porterStem,
  stemmer: ({ language = 'english' }) => stemmerOf(language),
  edge_ngram: ({ min_gram: least = 1, max_gram: most = 2 }) => grams(least, most, true),
  ngram: ({ min_gram: least = 1, max_gram: most = 2 }) => grams(least, most, false),
};

/** Throws SearchError for a filter that is not served here. */
export function tokenFilter(
  name: string,
  definition: FilterDefinition | undefined,
  analyzer: string,
): TokenFilter {
  const type = definition?.type ?? name;
  const factory = Object.hasOwn(make, type) ? make[type] : undefined;
  if (factory) return factory(definition ?? {});
  throw badRequest(
    `Custom Analyzer [${analyzer}] failed to find filter under name [${name}]`,
    'illegal_argument_exception',
  );
}

function stopWords(wanted: string | readonly string[]): ReadonlySet<string> {
  const lists: Readonly<Record<string, ReadonlySet<string>>> = {
    _english_: englishStopWords,
    _japanese_: japaneseStopWords,
    _none_: new Set(),
  };
  return new Set([wanted].flat().flatMap((word) => [...(lists[word] ?? [word])]));
}

function stemmerOf(language: string): TokenFilter {
  if (language === 'possessive_english') return possessive;
  if (['english', 'porter'].includes(language)) return porterStem;
  throw badRequest(`Invalid stemmer class specified: ${language}`, 'illegal_argument_exception');
}

function withoutMarks(term: string): string {
  // Voicing marks of kana are letters of their own right and stay.
  return term.replace(/[\u00c0-\u024f\u1e00-\u1eff]/g, (letter) =>
    letter.normalize('NFD').replace(/\p{M}/gu, ''),
  );
}

function grams(least: number, most: number, fromStart: boolean): TokenFilter {
  return (tokens) =>
    tokens.flatMap((token) => {
      const letters = [...token.term];
      const result: Token[] = [];
      for (let from = 0; from < (fromStart ? 1 : letters.length); from += 1)
        for (let length = least; length <= most && from + length <= letters.length; length += 1)
          result.push({ ...token, term: letters.slice(from, from + length).join('') });
      return result;
    });
}
