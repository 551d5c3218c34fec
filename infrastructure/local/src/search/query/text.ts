import { badRequest } from '../errors';
import { isNumeric } from '../mapping';
import type { SearchIndex } from '../search-index';
import type { PhrasePlace, TextField } from '../text-field';
import type { Analyzer, Token } from '../analysis/token';
import { autoFuzziness, editDistance } from './fuzzy';
import {
  atLeast,
  best,
  boosted,
  constant,
  minimumMatch,
  numberOf,
  sum,
  textOf,
  type Clause,
  type Scores,
} from './scores';
import { termQuery } from './terms';

const maximumExpansions = 50;

/** `match`, and with `lastIsPrefix` `match_bool_prefix`. */
export function match(index: SearchIndex, field: string, options: Clause, lastIsPrefix = false): Scores {
  const text = index.textField(field);
  if (!text) return exact(index, field, options);
  const places = placesOf(analyzed(index, text.searchAnalyzer, options));
  if (places.length === 0)
    return options.zero_terms_query === 'all' ? constant(index.ids(), 1) : new Map<string, number>();
  const parts = places.map((place, i) =>
    lastIsPrefix && i === places.length - 1
      ? withPrefix(text.field, place.terms.at(-1) ?? '')
      : scorePlace(text.field, place, options),
  );
  return boosted(atLeast(parts, required(options, places.length)), options.boost);
}

function required(options: Clause, clauses: number): number {
  const operator = textOf(options.operator, 'or').toLowerCase();
  if (operator !== 'and' && operator !== 'or')
    throw badRequest(`[operator] must be AND or OR, not [${operator}]`);
  if (operator === 'and') return clauses;
  return Math.min(clauses, Math.max(1, minimumMatch(options.minimum_should_match, clauses, 1)));
}

/** A field that is not analyzed has to be equal. */
function exact(index: SearchIndex, field: string, options: Clause): Scores {
  const type = index.typeOf(field);
  const value = options.query;
  if (type !== undefined && isNumeric(type) && !Number.isFinite(Number(value))) {
    if (options.lenient === true) return new Map();
    throw badRequest(`failed to create query: For input string: "${textOf(value)}"`, 'query_shard_exception');
  }
  return boosted(termQuery(index, field, value), options.boost);
}

function analyzed(index: SearchIndex, analyzer: Analyzer, options: Clause): Token[] {
  const wanted = options.analyzer === undefined ? analyzer : index.analyzers.get(textOf(options.analyzer));
  return wanted(textOf(options.query));
}

/** What may stand at one position: a word (or its synonyms), or a compound instead of the words it is made of. */
interface Place {
  readonly terms: readonly string[];
  readonly parts: readonly Token[];
}

function placesOf(tokens: readonly Token[]): Place[] {
  const places = new Map<number, { terms: Set<string>; parts: Token[] }>();
  let compound = { from: -1, to: -1 };
  for (const token of tokens) {
    const inside = token.position >= compound.from && token.position < compound.to;
    if (inside && token.span === 1) {
      places.get(compound.from)?.parts.push(token);
      continue;
    }
    if (token.span > 1) compound = { from: token.position, to: token.position + token.span };
    const place = places.get(token.position) ?? { terms: new Set(), parts: [] };
    place.terms.add(token.term);
    places.set(token.position, place);
  }
  return [...places.values()].map(({ terms, parts }) => ({ terms: [...terms], parts }));
}

function scorePlace(field: TextField, { terms, parts }: Place, options: Clause): Scores {
  const alternatives = terms.map((term) => scoreTerm(field, term, options));
  if (parts.length === 0) return best(alternatives);
  return sum([...alternatives, field.scorePhrase(phrasePlaces(parts), 0)]);
}

function scoreTerm(field: TextField, term: string, options: Clause): Scores {
  const { fuzziness } = options;
  const distance =
    fuzziness === undefined
      ? 0
      : textOf(fuzziness).toUpperCase().startsWith('AUTO')
        ? autoFuzziness(term, textOf(fuzziness))
        : numberOf(fuzziness, 0, 'fuzziness');
  if (distance === 0) return field.score(term);
  const start = term.slice(0, numberOf(options.prefix_length, 0, 'prefix_length'));
  const limit = numberOf(options.max_expansions, maximumExpansions, 'max_expansions');
  const similar = field
    .matching((other) => other.startsWith(start))
    .map((other) => ({ other, edits: editDistance(term, other, Math.min(distance, 2)) }))
    .filter((found): found is { other: string; edits: number } => found.edits !== undefined)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, limit);
  return best(
    similar.map(({ other, edits }) =>
      boosted(
        field.score(other),
        edits === 0 ? 1 : Math.max(0, 1 - edits / Math.min(term.length, other.length)),
      ),
    ),
  );
}

export function fuzzy(index: SearchIndex, field: string, options: Clause): Scores {
  const text = index.textField(field);
  const value = textOf(options.value);
  if (!text) return boosted(termQuery(index, field, value), options.boost);
  return boosted(scoreTerm(text.field, value, { fuzziness: 'AUTO', ...options }), options.boost);
}

function withPrefix(field: TextField, prefix: string): Scores {
  const terms = field.matching((term) => term.startsWith(prefix));
  return constant(new Set(terms.flatMap((term) => [...field.score(term).keys()])), 1);
}

/** Where the words of a phrase stand; a compound is left to its parts. */
function phrasePlaces(tokens: readonly Token[]): PhrasePlace[] {
  const first = tokens[0]?.position ?? 0;
  const places = new Map<number, string[]>();
  for (const { term, position, span } of tokens) {
    if (span > 1 && tokens.some((other) => other.span === 1 && other.position === position)) continue;
    places.set(position, [...(places.get(position) ?? []), term]);
  }
  return [...places].map(([position, terms]) => ({ offset: position - first, terms }));
}

/** `match_phrase`, and with `lastIsPrefix` `match_phrase_prefix`. */
export function phrase(index: SearchIndex, field: string, options: Clause, lastIsPrefix = false): Scores {
  const text = index.textField(field);
  if (!text) return exact(index, field, options);
  const places = phrasePlaces(analyzed(index, text.searchAnalyzer, options));
  const last = places.at(-1);
  if (!last) return new Map();
  if (lastIsPrefix) {
    const limit = numberOf(options.max_expansions, maximumExpansions, 'max_expansions');
    const starts = last.terms;
    const terms = text.field.matching((term) => starts.some((start) => term.startsWith(start)), limit);
    places[places.length - 1] = { ...last, terms };
  }
  const [only] = places;
  const slop = numberOf(options.slop, 0, 'slop');
  const scores =
    places.length === 1 && only
      ? best(only.terms.map((term) => text.field.score(term)))
      : text.field.scorePhrase(places, slop);
  return boosted(scores, options.boost);
}

/** `multi_match`. https://opensearch.org/docs/latest/query-dsl/full-text/multi-match/ */
export function multiMatch(index: SearchIndex, body: Clause): Scores {
  const { fields, type: wanted, tie_breaker: tie, boost, ...options } = body;
  if (options.query === undefined) throw badRequest('[multi_match] requires query value');
  const type = textOf(wanted, 'best_fields');
  const targets = fieldsOf(index, fields);
  const each = (run: (field: string) => Scores): Scores[] =>
    targets.map(([field, weight]) => boosted(run(field), weight));
  const tieBreaker = numberOf(tie, 0, 'tie_breaker');
  switch (type) {
    case 'best_fields':
      return boosted(
        best(
          each((field) => match(index, field, options)),
          tieBreaker,
        ),
        boost,
      );
    case 'most_fields':
      return boosted(sum(each((field) => match(index, field, options))), boost);
    case 'bool_prefix':
      return boosted(sum(each((field) => match(index, field, options, true))), boost);
    case 'phrase':
    case 'phrase_prefix':
      return boosted(
        best(
          each((field) => phrase(index, field, options, type === 'phrase_prefix')),
          tieBreaker,
        ),
        boost,
      );
    case 'cross_fields':
      return boosted(crossFields(index, targets, options, tieBreaker), boost);
    default:
      throw badRequest(
        `failed to parse [multi_match] query type [${type}]. unknown type.`,
        'parse_exception',
      );
  }
}

/** The fields of one analyzer are one: each word may stand in any of them. The best analyzer counts. */
function crossFields(index: SearchIndex, targets: readonly Target[], options: Clause, tie: number): Scores {
  const groups = new Map<Analyzer | undefined, Target[]>();
  for (const target of targets) {
    const analyzer = index.textField(target[0])?.searchAnalyzer;
    groups.set(analyzer, [...(groups.get(analyzer) ?? []), target]);
  }
  const scored = [...groups].map(([analyzer, members]) => {
    if (!analyzer)
      return best(
        members.map(([field, weight]) => boosted(exact(index, field, { lenient: true, ...options }), weight)),
        tie,
      );
    const places = placesOf(analyzed(index, analyzer, options));
    const parts = places.map((place) =>
      best(
        members.flatMap(([field, weight]) => {
          const text = index.textField(field);
          return text ? [boosted(scorePlace(text.field, place, options), weight)] : [];
        }),
        tie,
      ),
    );
    return atLeast(parts, places.length === 0 ? Infinity : required(options, places.length));
  });
  return best(scored, tie);
}

type Target = readonly [field: string, weight: number];

/** `name^4`, `name*`; without a list every text and keyword field. */
function fieldsOf(index: SearchIndex, fields: unknown): Target[] {
  const specs = fields === undefined ? ['*'] : [fields].flat().map((spec) => textOf(spec));
  const targets = specs.flatMap((spec) => {
    const [pattern = '', weight = '1'] = spec.split('^');
    const names = pattern.includes('*') ? index.searchableFields(pattern) : [pattern];
    return names.map((name): Target => [name, numberOf(weight, 1, 'fields')]);
  });
  return targets.filter(([name]) => index.typeOf(name) !== undefined);
}
