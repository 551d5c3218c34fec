import type { Token, TokenFilter } from './token';

const han = '\\p{Script=Han}|\\p{Script=Hiragana}';
const katakana = '[\\p{Script=Katakana}ー\\uff9e\\uff9f]+';
const letter = `(?:(?!${han}|\\p{Script=Katakana})[\\p{L}\\p{N}\\p{M}_])`;
/** Word breaks of UAX #29: ideographs and hiragana one by one, katakana together, `it's` and `3.14` whole. */
const pattern = new RegExp(
  `${han}|${katakana}|${letter}+(?:(?:(?<=\\p{L})['’.·:](?=\\p{L})|(?<=\\p{N})[.,](?=\\p{N}))${letter}+)*`,
  'gu',
);

export function standardTokenizer(text: string): Token[] {
  return tokens(text, pattern);
}

export function whitespaceTokenizer(text: string): Token[] {
  return tokens(text, /\S+/gu);
}

export function letterTokenizer(text: string): Token[] {
  return tokens(text, /\p{L}+/gu);
}

export function keywordTokenizer(text: string): Token[] {
  return text === '' ? [] : [{ term: text, position: 0, start: 0, end: text.length, span: 1 }];
}

function tokens(text: string, words: RegExp): Token[] {
  return [...text.matchAll(words)].map(({ 0: term, index }, position) => ({
    term,
    position,
    start: index,
    end: index + term.length,
    span: 1,
  }));
}

const cjk = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー]+$/u;

/** `cjk_bigram`: neighbouring characters in pairs; a character that stands alone stays. */
export const cjkBigram: TokenFilter = (input) => {
  const letters = input.flatMap((token) =>
    cjk.test(token.term)
      ? [...token.term].map((term, i) => ({
          ...token,
          term,
          start: token.start + i,
          end: token.start + i + 1,
        }))
      : [token],
  );
  const result: Token[] = [];
  letters.forEach((token, i) => {
    const [before, after] = [letters[i - 1], letters[i + 1]];
    const joins = (left: Token | undefined, right: Token | undefined): boolean =>
      left !== undefined &&
      right !== undefined &&
      left.end === right.start &&
      cjk.test(left.term) &&
      cjk.test(right.term);
    if (joins(token, after) && after)
      result.push({ ...token, term: token.term + after.term, end: after.end, position: result.length });
    else if (!joins(before, token)) result.push({ ...token, position: result.length });
  });
  return result;
};
