import { eachTerm, without, type TokenFilter } from './token';

/** `_english_`: Lucene's list. */
export const englishStopWords: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this ' +
    'to was will with'
  ).split(' '),
);

export const stop = (words: ReadonlySet<string>): TokenFilter => without(({ term }) => words.has(term));

export const possessive = eachTerm((term) => term.replace(/['’＇]s$/i, ''));

const vowel = '(?:[aeiou]|(?<![aeiou]|^)y)';
const hasVowel = new RegExp(vowel);
const doubled = /([^aeiouylsz])\1$/;
/** Ends consonant, vowel, consonant (not w, x, y): hop, fil. */
const short = /(?:^|[^aeiou])[aeiouy][^aeiouwxy]$/;

/** Porter's m: how many times vowels are followed by consonants. */
function measure(stem: string): number {
  const shape = [...stem].reduce((kinds, letter, i) => {
    const isVowel = 'aeiou'.includes(letter) || (letter === 'y' && i > 0 && kinds[i - 1] === 'c');
    return kinds + (isVowel ? 'v' : 'c');
  }, '');
  return shape.match(/v+c+/g)?.length ?? 0;
}

type Rules = readonly (readonly [suffix: string, replacement: string])[];
const rules = (text: string): Rules =>
  text.split(' ').map((rule) => {
    const [suffix = '', replacement = ''] = rule.split('>');
    return [suffix, replacement] as const;
  });

const step2 = rules(
  'ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble alli>al entli>ent eli>e ousli>ous ization>ize ation>ate ' +
    'ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble logi>log',
);
const step3 = rules('icate>ic ative> alize>al iciti>ic ical>ic ful> ness>');
const step4 = rules(
  'al> ance> ence> er> ic> able> ible> ant> ement> ment> ent> sion>s tion>t ou> ism> ate> iti> ous> ive> ize>',
);

/** The longest suffix that fits decides, whether or not its condition holds. */
function replace(word: string, list: Rules, least: number): string {
  const fitting = list.filter(([suffix]) => word.endsWith(suffix)).sort(([a], [b]) => b.length - a.length)[0];
  if (!fitting) return word;
  const [suffix, replacement] = fitting;
  const stem =
    word.slice(0, -suffix.length) + (replacement === 's' || replacement === 't' ? replacement : '');
  if (measure(stem) <= least) return word;
  return word.slice(0, -suffix.length) + replacement;
}

/** The Porter stemmer. https://tartarus.org/martin/PorterStemmer/ */
export function porter(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  let stem = word.replace(/sses$/, 'ss').replace(/ies$/, 'i');
  if (stem === word) stem = word.replace(/([^s])s$/, '$1');
  stem = pastAndProgressive(stem);
  if (stem.endsWith('y') && hasVowel.test(stem.slice(0, -1))) stem = `${stem.slice(0, -1)}i`;
  stem = replace(replace(replace(stem, step2, 0), step3, 0), step4, 1);
  if (stem.endsWith('e')) {
    const rest = stem.slice(0, -1);
    if (measure(rest) > 1 || (measure(rest) === 1 && !short.test(rest))) stem = rest;
  }
  return stem.endsWith('ll') && measure(stem) > 1 ? stem.slice(0, -1) : stem;
}

function pastAndProgressive(word: string): string {
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const stem = word.replace(/(?:ed|ing)$/, '');
  if (stem === word || !hasVowel.test(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (doubled.test(stem)) return stem.slice(0, -1);
  return measure(stem) === 1 && short.test(stem) ? `${stem}e` : stem;
}

export const porterStem = eachTerm(porter);
