import { badRequest } from '../errors';
import { applyCharFilters, charFilters, type CharFilter } from './char-filters';
import { englishStopWords, possessive, porterStem, stop } from './english';
import { tokenFilter, type FilterDefinition } from './filters';
import { kuromojiTokenizer } from './kuromoji';
import { keywordTokenizer, letterTokenizer, standardTokenizer, whitespaceTokenizer } from './standard';
import type { Analyzer, TokenFilter, Tokenizer } from './token';

interface AnalyzerDefinition {
  readonly type?: string;
  readonly tokenizer?: string;
  readonly char_filter?: string | readonly string[];
  readonly filter?: string | readonly string[];
}

/** `settings.analysis` of an index. */
export interface AnalysisSettings {
  readonly analyzer?: Readonly<Record<string, AnalyzerDefinition>>;
  readonly normalizer?: Readonly<Record<string, AnalyzerDefinition>>;
  readonly tokenizer?: Readonly<Record<string, { readonly type?: string; readonly mode?: string }>>;
  readonly filter?: Readonly<Record<string, FilterDefinition>>;
  readonly char_filter?: Readonly<Record<string, { readonly type?: string }>>;
}

const tokenizers: Readonly<Record<string, Tokenizer>> = {
  standard: standardTokenizer,
  whitespace: whitespaceTokenizer,
  letter: letterTokenizer,
  keyword: keywordTokenizer,
  icu_tokenizer: standardTokenizer,
};

const builtIn: Readonly<Record<string, AnalyzerDefinition>> = {
  standard: { tokenizer: 'standard', filter: ['lowercase'] },
  simple: { tokenizer: 'letter', filter: ['lowercase'] },
  whitespace: { tokenizer: 'whitespace' },
  keyword: { tokenizer: 'keyword' },
  stop: { tokenizer: 'letter', filter: ['lowercase', 'stop'] },
  cjk: { tokenizer: 'standard', filter: ['cjk_width', 'lowercase', 'cjk_bigram', 'stop'] },
  icu_analyzer: { char_filter: 'icu_normalizer', tokenizer: 'standard', filter: ['icu_folding'] },
  kuromoji: {
    tokenizer: 'kuromoji_tokenizer',
    filter: [
      'kuromoji_baseform',
      'kuromoji_part_of_speech',
      'cjk_width',
      'ja_stop',
      'kuromoji_stemmer',
      'lowercase',
    ],
  },
};

const english: Analyzer = composed([], standardTokenizer, [
  possessive,
  (tokens) => tokens.map((token) => ({ ...token, term: token.term.toLowerCase() })),
  stop(englishStopWords),
  porterStem,
]);

/** The analyzers of one index: its own (`analysis.analyzer`) and the built-in ones, each made once. */
export class Analyzers {
  private readonly made = new Map<string, Analyzer>();

  constructor(private readonly settings: AnalysisSettings) {
    for (const name of Object.keys(settings.analyzer ?? {})) this.get(name);
  }

  /** Whether anything of the index needs {@link loadJapanese}. */
  static needJapanese(settings: AnalysisSettings, names: readonly string[]): boolean {
    const own = Object.values(settings.analyzer ?? {});
    const tokenizers = own.map(({ tokenizer = '' }) => settings.tokenizer?.[tokenizer]?.type ?? tokenizer);
    return (
      tokenizers.includes('kuromoji_tokenizer') ||
      [...names, ...own.map(({ type }) => type)].includes('kuromoji')
    );
  }

  get(name: string): Analyzer {
    let analyzer = this.made.get(name);
    if (!analyzer) this.made.set(name, (analyzer = this.make(name)));
    return analyzer;
  }

  /** An analyzer of a request's own parts (`_analyze`), or a keyword field's normalizer. */
  custom(definition: AnalyzerDefinition, name: string): Analyzer {
    const filters = [definition.filter ?? []].flat();
    const chars = [definition.char_filter ?? []].flat().map((filter) => this.charFilter(filter, name));
    const made = filters.map((filter) => tokenFilter(filter, this.settings.filter?.[filter], name));
    return composed(chars, this.tokenizer(definition.tokenizer, name), made);
  }

  normalizer(name: string): (value: string) => string {
    const definition =
      this.settings.normalizer?.[name] ?? (name === 'lowercase' ? { filter: ['lowercase'] } : undefined);
    if (!definition) throw badRequest(`normalizer [${name}] not found`, 'mapper_parsing_exception');
    const analyzer = this.custom({ ...definition, tokenizer: 'keyword' }, name);
    return (value) => analyzer(value)[0]?.term ?? '';
  }

  private make(name: string): Analyzer {
    const own = this.settings.analyzer?.[name];
    const type = own ? (own.type ?? 'custom') : name;
    if (type === 'english') return english;
    if (own && type === 'custom') return this.custom(own, name);
    const known = Object.hasOwn(builtIn, type) ? builtIn[type] : undefined;
    if (known) return this.custom(known, name);
    throw own
      ? badRequest(`Unknown analyzer type [${type}] for [${name}]`, 'illegal_argument_exception')
      : badRequest(`analyzer [${name}] has not been configured in mappings`, 'mapper_parsing_exception');
  }

  private tokenizer(name: string | undefined, analyzer: string): Tokenizer {
    if (name === undefined)
      throw badRequest(
        `analyzer [${analyzer}] must specify either an analyzer type, or a tokenizer`,
        'illegal_argument_exception',
      );
    const own = this.settings.tokenizer?.[name];
    const type = own?.type ?? name;
    if (type === 'kuromoji_tokenizer')
      return (text) => kuromojiTokenizer(text, own?.mode === 'normal' ? 'normal' : 'search');
    const known = Object.hasOwn(tokenizers, type) ? tokenizers[type] : undefined;
    if (known) return known;
    throw badRequest(
      `Custom Analyzer [${analyzer}] failed to find tokenizer under name [${name}]`,
      'illegal_argument_exception',
    );
  }

  private charFilter(name: string, analyzer: string): CharFilter {
    const type = this.settings.char_filter?.[name]?.type ?? name;
    const known = charFilters.find((filter) => filter === type);
    if (known) return known;
    throw badRequest(
      `Custom Analyzer [${analyzer}] failed to find char_filter under name [${name}]`,
      'illegal_argument_exception',
    );
  }
}

function composed(
  chars: readonly CharFilter[],
  tokenize: Tokenizer,
  filters: readonly TokenFilter[],
): Analyzer {
  return (original) => {
    const { text, offset } = applyCharFilters(original, chars);
    const tokens = filters
      .reduce((input, filter) => filter(input), tokenize(text))
      .filter(({ term }) => term !== '');
    return chars.length === 0
      ? tokens
      : tokens.map((token) => ({ ...token, start: offset(token.start), end: offset(token.end) }));
  };
}
