import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import kuromoji, { type IpadicFeatures, type Tokenizer } from 'kuromoji';

export type Analyzer = (text: string) => string[];

export interface AnalysisSettings {
  readonly analyzer?: Readonly<
    Record<
      string,
      { readonly type?: string; readonly tokenizer?: string; readonly filter?: readonly string[] }
    >
  >;
}

let tokenizer: Promise<Tokenizer<IpadicFeatures>> | undefined;
let loaded: Tokenizer<IpadicFeatures> | undefined;

/** Loads kuromoji's dictionary, about a second, once per process. Japanese analyzers need it first. */
export async function loadJapanese(): Promise<void> {
  tokenizer ??= new Promise((resolve, reject) => {
    const dicPath = join(dirname(createRequire(import.meta.url).resolve('kuromoji/package.json')), 'dict');
    kuromoji.builder({ dicPath }).build((error, built) => {
      if (error)
        reject(
          error instanceof Error
            ? error
            : new Error('the dictionary of kuromoji could not be loaded', { cause: error }),
        );
      else resolve(built);
    });
  });
  loaded = await tokenizer;
}

export function isJapanese(name: string, settings: AnalysisSettings): boolean {
  return name === 'kuromoji' || settings.analyzer?.[name]?.tokenizer === 'kuromoji_tokenizer';
}

/** An analyzer by name: one of the index's own (`analysis.analyzer`), or a built-in one. */
export function analyzer(name: string, settings: AnalysisSettings): Analyzer {
  if (isJapanese(name, settings)) return japanese;
  const type = settings.analyzer?.[name]?.type ?? name;
  if (type === 'english') return english;
  if (type === 'keyword') return (text) => [text];
  if (type === 'cjk')
    return (text) => words(text).flatMap((word) => (hasJapanese(word) ? bigrams(word) : [word]));
  return words;
}

/** Full-width and half-width forms, and hiragana and katakana, are one (ICU normalizer and kana folding). */
function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

function words(text: string): string[] {
  return normalise(text).match(/[\p{L}\p{N}\p{M}ー]+/gu) ?? [];
}

const functionWords = new Set(['助詞', '助動詞', '記号', 'フィラー']);

/** Base forms without particles; a compound is also found by its parts, as kuromoji's search mode does. */
function japanese(text: string): string[] {
  if (!loaded) throw new Error('loadJapanese() comes before Japanese analysis');
  return loaded.tokenize(text.normalize('NFKC')).flatMap((token) => {
    const surface = token.surface_form.trim();
    if (surface === '' || functionWords.has(token.pos) || !/[\p{L}\p{N}]/u.test(surface)) return [];
    const base = token.basic_form && token.basic_form !== '*' ? token.basic_form : surface;
    return [normalise(base).replace(/(?<=...)ー$/u, '')];
  });
}

const stopWords = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

function english(text: string): string[] {
  return words(text)
    .filter((word) => !stopWords.has(word))
    .map(stem);
}

/** A light stemmer: plurals and the commonest endings. */
function stem(word: string): string {
  if (word.length <= 3) return word;
  const singular = word
    .replace(/'s$/, '')
    .replace(/(ss|sh|ch|x|z)es$/, '$1')
    .replace(/ies$/, 'y')
    .replace(/([^su])s$/, '$1');
  return singular.length > 5 ? singular.replace(/(ing|ed)$/, '') : singular;
}

function hasJapanese(word: string): boolean {
  return /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word);
}

function bigrams(word: string): string[] {
  const letters = [...word];
  return letters.length < 2 ? letters : letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}
