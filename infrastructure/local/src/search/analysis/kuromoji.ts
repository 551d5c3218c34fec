import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import kuromoji, { type Lattice, type LatticeNode, type Tokenizer as Kuromoji } from 'kuromoji';
import type { Token } from './token';

let loading: Promise<Kuromoji> | undefined;
let loaded: Kuromoji | undefined;

/** Loads kuromoji's dictionary, about a second, once per process. Japanese analysis needs it first. */
export async function loadJapanese(): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const dicPath = join(dirname(createRequire(import.meta.url).resolve('kuromoji/package.json')), 'dict');
    kuromoji.builder({ dicPath }).build((error, built) => {
      if (error) reject(new Error('the dictionary of kuromoji could not be loaded', { cause: error }));
      else resolve(built);
    });
  });
  loaded = await loading;
}

/**
 * `kuromoji_tokenizer` in its default mode, search: a long compound stands beside the words it is made of, which makes
 * 関西国際空港 findable by 空港. Punctuation is dropped.
 */
export function kuromojiTokenizer(text: string, mode: 'search' | 'normal' = 'search'): Token[] {
  if (!loaded) throw new Error('loadJapanese() comes before Japanese analysis');
  const dictionary = loaded;
  const tokens: Token[] = [];
  let position = 0;
  const add = (node: LatticeNode, offset: number, span: number): void => {
    const start = offset + node.start_pos - 1;
    const word = wordOf(dictionary, node);
    tokens.push({ term: node.surface_form, position, start, end: start + node.length, span, word });
  };
  for (const [sentence, offset] of sentences(text)) {
    const lattice = dictionary.getLattice(sentence);
    const path = dictionary.viterbi_searcher.search(lattice);
    const finer =
      mode === 'search' && path.some((node) => penalty(node) > 0) ? split(dictionary, lattice) : [];
    for (const node of path) {
      if (!/[\p{L}\p{N}]/u.test(node.surface_form)) continue;
      const parts = penalty(node) > 0 ? partsOf(node, finer) : [];
      add(node, offset, Math.max(parts.length, 1));
      for (const part of parts) {
        add(part, offset, 1);
        position += 1;
      }
      if (parts.length === 0) position += 1;
    }
  }
  return tokens;
}

/** The dictionary knows no characters beyond the basic plane: blanks stand for them, so that offsets hold. */
function* sentences(text: string): Generator<[string, number]> {
  for (const { 0: sentence, index } of text
    .replace(/[\u{10000}-\u{10ffff}]/gu, '  ')
    .matchAll(/[^、。\n]+[、。\n]?/g))
    yield [sentence, index];
}

/** Lucene's constants: what makes a long word dearer than its parts. */
function penalty({ surface_form: surface, length, type }: LatticeNode): number {
  if (type === 'BOS' || type === 'EOS') return 0;
  if (length > 2 && /^\p{Script=Han}+$/u.test(surface)) return (length - 2) * 3_000;
  return length > 7 ? (length - 7) * 1_700 : 0;
}

function split({ viterbi_searcher: searcher }: Kuromoji, lattice: Lattice): LatticeNode[] {
  for (const node of lattice.nodes_end_at.flatMap((nodes) => nodes ?? [])) node.cost += penalty(node);
  return searcher.search(lattice);
}

/** The words of the finer path that fill the word exactly; none where it is not split. */
function partsOf(word: LatticeNode, finer: readonly LatticeNode[]): LatticeNode[] {
  const end = word.start_pos + word.length;
  const inside = finer.filter(
    (part) => part.start_pos >= word.start_pos && part.start_pos + part.length <= end,
  );
  const filled = inside.reduce((length, part) => length + part.length, 0);
  return inside.length > 1 && filled === word.length ? inside : [];
}

const words = new Map<number, NonNullable<Token['word']>>();

function wordOf(dictionary: Kuromoji, { name, type }: LatticeNode): NonNullable<Token['word']> {
  const key = type === 'KNOWN' ? name : -1 - name;
  let word = words.get(key);
  if (!word) {
    const source = type === 'KNOWN' ? dictionary.token_info_dictionary : dictionary.unknown_dictionary;
    const features = (source.getFeatures(name) ?? '').split(',');
    const known = (at: number): string => (features[at] === '*' ? '' : (features[at] ?? ''));
    const partOfSpeech = features.slice(1, 5).filter((part) => part !== '*');
    word = { partOfSpeech: partOfSpeech.join('-'), base: known(7), reading: known(8) };
    words.set(key, word);
  }
  return word;
}
