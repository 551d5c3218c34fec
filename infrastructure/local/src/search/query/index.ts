import { badRequest } from '../errors';
import type { SearchIndex } from '../search-index';
import { functionScore } from './function-score';
import {
  asClause,
  best,
  boosted,
  constant,
  listOf,
  minimumMatch,
  numberOf,
  single,
  textOf,
  type Clause,
  type Scores,
} from './scores';
import { existsQuery, idsQuery, patternQuery, rangeQuery, termQuery, termsQuery } from './terms';
import { fuzzy, match, multiMatch, phrase } from './text';

/** Runs a query of the DSL. https://opensearch.org/docs/latest/query-dsl/ */
export function runQuery(index: SearchIndex, query: unknown): Scores {
  if (query === undefined || query === null) return constant(index.ids(), 1);
  const [entry, ...others] = Object.entries(asClause(query));
  if (!entry) throw badRequest('query malformed, empty clause found', 'illegal_argument_exception');
  const [kind, body] = entry;
  if (others.length > 0)
    throw badRequest(`[${kind}] malformed query, expected [END_OBJECT] but found [FIELD_NAME]`);
  const run = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!run) throw badRequest(`unknown query [${kind}]`);
  return run(index, asClause(body, `[${kind}]`));
}

type Run = (index: SearchIndex, body: Clause) => Scores;
type FieldRun = (index: SearchIndex, field: string, options: Clause) => Scores;

const onField =
  (kind: string, key: string, run: FieldRun): Run =>
  (index, body) =>
    run(index, ...single(body, key, kind));

const kinds: Readonly<Record<string, Run>> = {
  match_all: (index, { boost }) => constant(index.ids(), numberOf(boost, 1, 'boost')),
  match_none: () => new Map(),
  bool,
  match: onField('match', 'query', (index, field, options) => match(index, field, options)),
  match_phrase: onField('match_phrase', 'query', (index, field, options) => phrase(index, field, options)),
  match_phrase_prefix: onField('match_phrase_prefix', 'query', (index, field, options) =>
    phrase(index, field, options, true),
  ),
  match_bool_prefix: onField('match_bool_prefix', 'query', (index, field, options) =>
    match(index, field, options, true),
  ),
  multi_match: multiMatch,
  term: onField('term', 'value', (index, field, { value, boost, case_insensitive: insensitive }) =>
    boosted(termQuery(index, field, value, insensitive === true), boost),
  ),
  terms: (index, body) => boosted(termsQuery(index, body), body.boost),
  range: onField('range', 'gte', (index, field, options) =>
    boosted(rangeQuery(index, field, options), options.boost),
  ),
  exists: (index, { field, boost }) => boosted(existsQuery(index, field), boost),
  ids: (index, { values, boost }) => boosted(idsQuery(index, values), boost),
  prefix: onField('prefix', 'value', (index, field, { value, boost, case_insensitive: insensitive }) => {
    const fold = (text: string): string => (insensitive === true ? text.toLowerCase() : text);
    const prefix = fold(textOf(value));
    return boosted(
      patternQuery(index, field, (term) => fold(term).startsWith(prefix)),
      boost,
    );
  }),
  wildcard: onField(
    'wildcard',
    'value',
    (index, field, { value, wildcard, boost, case_insensitive: insensitive }) => {
      const source = textOf(value ?? wildcard).replace(/[.+^${}()|[\]\\]/g, '\\$&');
      const pattern = new RegExp(
        `^${source.replaceAll('*', '.*').replaceAll('?', '.')}$`,
        insensitive === true ? 'isu' : 'su',
      );
      return boosted(
        patternQuery(index, field, (term) => pattern.test(term)),
        boost,
      );
    },
  ),
  fuzzy: onField('fuzzy', 'value', fuzzy),
  constant_score: (index, { filter, boost }) => {
    if (filter === undefined) throw badRequest('[constant_score] requires a [filter] element');
    return constant(runQuery(index, filter).keys(), numberOf(boost, 1, 'boost'));
  },
  dis_max: (index, { queries, tie_breaker: tie, boost }) => {
    const parts = listOf(queries).map((query) => runQuery(index, query));
    return boosted(best(parts, numberOf(tie, 0, 'tie_breaker')), boost);
  },
  function_score: (index, body) => functionScore(index, body, runQuery),
};

const boolOptions = [
  'must',
  'filter',
  'should',
  'must_not',
  'minimum_should_match',
  'boost',
  '_name',
  'adjust_pure_negative',
];

function bool(index: SearchIndex, body: Clause): Scores {
  const unknown = Object.keys(body).find((name) => !boolOptions.includes(name));
  if (unknown !== undefined) throw badRequest(`[bool] query does not support [${unknown}]`);
  const run = (name: string): Scores[] => listOf(body[name]).map((query) => runQuery(index, query));
  const [must, filter, should, mustNot] = [run('must'), run('filter'), run('should'), run('must_not')];
  const optional = must.length + filter.length > 0 || should.length === 0;
  const required = minimumMatch(body.minimum_should_match, should.length, optional ? 0 : 1);
  const scoring = [...must, ...should];
  // The smallest set that a document has to be in is all that needs a look.
  const [smallest] = [...must, ...filter].sort((a, b) => a.size - b.size);
  const result: Scores = new Map();
  for (const id of smallest?.keys() ?? index.ids()) {
    if (must.some((scores) => !scores.has(id)) || filter.some((scores) => !scores.has(id))) continue;
    if (mustNot.some((scores) => scores.has(id))) continue;
    if (should.reduce((count, scores) => count + Number(scores.has(id)), 0) < required) continue;
    result.set(
      id,
      scoring.reduce((total, scores) => total + (scores.get(id) ?? 0), 0),
    );
  }
  return boosted(result, body.boost);
}
