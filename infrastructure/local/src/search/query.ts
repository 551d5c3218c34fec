import { badRequest } from './errors';
import type { SearchIndex } from './search-index';
import { autoFuzziness } from './text-field';

/** Matching documents with their scores. */
export type Scores = Map<string, number>;
type Clause = Readonly<Record<string, unknown>>;

/** Runs a query of the DSL. https://opensearch.org/docs/latest/query-dsl/ */
export function runQuery(index: SearchIndex, query: unknown): Scores {
  if (query === undefined || query === null) return all(index, 1);
  const [entry, ...others] = Object.entries(asClause(query));
  if (!entry || others.length > 0) throw badRequest('a query must have exactly one clause');
  const [kind, body] = entry;
  const run = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!run) throw badRequest(`unknown query [${kind}]`);
  return run(index, asClause(body));
}

const kinds: Readonly<Record<string, (index: SearchIndex, body: Clause) => Scores>> = {
  match_all: (index) => all(index, 1),
  match_none: () => new Map(),
  bool,
  match: (index, body) => {
    const [field, options] = single(body, 'query');
    return matchField(index, field, options);
  },
  match_phrase: (index, body) => phrase(index, ...single(body, 'query'), false),
  match_phrase_prefix: (index, body) => phrase(index, ...single(body, 'query'), true),
  match_bool_prefix: (index, body) => {
    const [field, options] = single(body, 'query');
    return matchField(index, field, { ...options, lastIsPrefix: true });
  },
  multi_match: multiMatch,
  term: (index, body) => {
    const [field, options] = single(body, 'value');
    return having(index, field, (value) => same(value, options.value));
  },
  terms: (index, body) => {
    const [field, wanted] = Object.entries(body)[0] ?? [];
    if (field === undefined || !Array.isArray(wanted)) throw badRequest('[terms] query needs a list');
    return having(index, field, (value) => wanted.some((item) => same(value, item)));
  },
  prefix: (index, body) => {
    const [field, options] = single(body, 'value');
    const text = textField(index, field);
    if (text)
      return sum(
        text.field.withPrefix(String(options.value).toLowerCase()).map((term) => text.field.score(term)),
      );
    return having(index, field, (value) => String(value).startsWith(String(options.value)));
  },
  range: (index, body) => {
    const [field, bounds] = single(body, 'gte');
    return having(index, field, inRange(bounds));
  },
  exists: (index, body) => having(index, String(body.field), () => true),
  ids: (index, body) => {
    const wanted = Array.isArray(body.values) ? body.values.map(String) : [];
    return new Map(wanted.filter((id) => index.get(id)).map((id) => [id, 1]));
  },
  constant_score: (index, body) => constant(runQuery(index, body.filter), Number(body.boost ?? 1)),
  dis_max: (index, body) =>
    best(
      (body.queries as unknown[]).map((query) => runQuery(index, query)),
      Number(body.tie_breaker ?? 0),
    ),
};

/** A scalar of the request as text. */
function textOf(value: unknown, otherwise = ''): string {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw badRequest('a value must be a scalar');
}

function asClause(value: unknown): Clause {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Clause;
  throw badRequest('a query must be an object');
}

/** `{field: value}` or `{field: {<key>: value, ...}}`. */
function single(body: Clause, key: string): [string, Clause] {
  const [entry, ...others] = Object.entries(body).filter(([name]) => name !== 'boost' && name !== '_name');
  if (!entry || others.length > 0) throw badRequest('a query names exactly one field');
  const [field, value] = entry;
  return [field, typeof value === 'object' && value !== null ? (value as Clause) : { [key]: value }];
}

function all(index: SearchIndex, score: number): Scores {
  const scores: Scores = new Map();
  for (const id of index.ids()) scores.set(id, score);
  return scores;
}

function constant(scores: Scores, score: number): Scores {
  return new Map([...scores.keys()].map((id) => [id, score]));
}

function having(index: SearchIndex, field: string, test: (value: unknown) => boolean): Scores {
  const scores: Scores = new Map();
  for (const id of index.ids()) if (index.values(id, field).some(test)) scores.set(id, 1);
  return scores;
}

function same(value: unknown, wanted: unknown): boolean {
  return value === wanted || String(value) === String(wanted);
}

export function inRange(bounds: Clause): (value: unknown) => boolean {
  const known = ['gt', 'gte', 'lt', 'lte', 'from', 'to', 'format', 'boost', 'time_zone'];
  const unknown = Object.keys(bounds).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badRequest(`[range] query does not support [${unknown}]`);
  const test = (name: string, holds: (a: number, b: number) => boolean) => (value: unknown) =>
    bounds[name] === undefined || bounds[name] === null || holds(comparable(value), comparable(bounds[name]));
  const tests = [
    test('gt', (a, b) => a > b),
    test('gte', (a, b) => a >= b),
    test('lt', (a, b) => a < b),
    test('lte', (a, b) => a <= b),
  ];
  return (value) => tests.every((holds) => holds(value));
}

/** Numbers as they are, dates as milliseconds. */
export function comparable(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const text = String(value);
  return /^-?[\d.]+$/.test(text) ? Number(text) : Date.parse(text);
}

function textField(index: SearchIndex, field: string): ReturnType<SearchIndex['textField']> {
  return index.textField(field);
}

function matchField(index: SearchIndex, field: string, options: Clause): Scores {
  const text = textField(index, field);
  const query = textOf(options.query);
  if (!text) return having(index, field, (value) => same(value, query));
  const terms = [...new Set(text.analyze(query))];
  const perTerm = terms.map((term, position) => {
    const prefix = options.lastIsPrefix === true && position === terms.length - 1;
    const distance =
      options.fuzziness === undefined
        ? 0
        : options.fuzziness === 'AUTO'
          ? autoFuzziness(term)
          : Number(options.fuzziness);
    const variants = prefix
      ? text.field.withPrefix(term)
      : distance > 0
        ? text.field.similar(term, distance)
        : [term];
    return best(
      variants.map((variant) => text.field.score(variant)),
      0,
    );
  });
  const required =
    textOf(options.operator, 'or').toLowerCase() === 'and'
      ? terms.length
      : minimum(options.minimum_should_match, terms.length, 1);
  return boosted(atLeast(perTerm, terms.length === 0 ? Infinity : required), Number(options.boost ?? 1));
}

function minimum(wanted: unknown, clauses: number, otherwise: number): number {
  if (wanted === undefined) return otherwise;
  const text = textOf(wanted);
  const count = text.endsWith('%') ? Math.floor((clauses * Number(text.slice(0, -1))) / 100) : Number(text);
  return count < 0 ? clauses + count : count;
}

function multiMatch(index: SearchIndex, body: Clause): Scores {
  const fields = Array.isArray(body.fields) ? body.fields.map(String) : [];
  const type = textOf(body.type, 'best_fields');
  const { fields: _, type: __, tie_breaker: tie, ...options } = body;
  const perField = fields.map((spec) => {
    const [field = '', boost = '1'] = spec.split('^');
    if (type === 'phrase' || type === 'phrase_prefix')
      return boosted(phrase(index, field, options, type === 'phrase_prefix'), Number(boost));
    return boosted(
      matchField(index, field, { ...options, lastIsPrefix: type === 'bool_prefix' }),
      Number(boost),
    );
  });
  return type === 'most_fields' || type === 'bool_prefix' ? sum(perField) : best(perField, Number(tie ?? 0));
}

function phrase(index: SearchIndex, field: string, options: Clause, prefix: boolean): Scores {
  const text = textField(index, field);
  if (!text) return new Map();
  const terms = text.analyze(textOf(options.query));
  const matches = matchField(index, field, { ...options, operator: 'and', lastIsPrefix: prefix });
  const fits = (words: readonly string[], at: number): boolean =>
    terms.every((term, offset) =>
      prefix && offset === terms.length - 1
        ? words[at + offset]?.startsWith(term) === true
        : words[at + offset] === term,
    );
  return new Map(
    [...matches].filter(([id]) => text.field.termsOf(id).some((_word, at, words) => fits(words, at))),
  );
}

function bool(index: SearchIndex, body: Clause): Scores {
  const list = (name: string): unknown[] => {
    const clause = body[name];
    return clause === undefined ? [] : Array.isArray(clause) ? (clause as unknown[]) : [clause];
  };
  const run = (name: string): Scores[] => list(name).map((query) => runQuery(index, query));
  const [must, filter, should, mustNot] = [run('must'), run('filter'), run('should'), run('must_not')];
  const required = minimum(
    body.minimum_should_match,
    should.length,
    must.length + filter.length > 0 || should.length === 0 ? 0 : 1,
  );
  const scoring = [...must, ...should];
  const result: Scores = new Map();
  for (const id of index.ids()) {
    if (must.some((scores) => !scores.has(id)) || filter.some((scores) => !scores.has(id))) continue;
    if (mustNot.some((scores) => scores.has(id))) continue;
    if (should.reduce((count, scores) => count + Number(scores.has(id)), 0) < required) continue;
    result.set(
      id,
      scoring.reduce((total, scores) => total + (scores.get(id) ?? 0), 0),
    );
  }
  return boosted(result, Number(body.boost ?? 1));
}

function boosted(scores: Scores, boost: number): Scores {
  return boost === 1 ? scores : new Map([...scores].map(([id, score]) => [id, score * boost]));
}

function sum(parts: readonly Scores[]): Scores {
  return atLeast(parts, 1);
}

/** Sums of the documents that are in at least so many parts. */
function atLeast(parts: readonly Scores[], required: number): Scores {
  const totals = new Map<string, { count: number; score: number }>();
  for (const part of parts) {
    for (const [id, score] of part) {
      const total = totals.get(id);
      if (total) {
        total.count += 1;
        total.score += score;
      } else totals.set(id, { count: 1, score });
    }
  }
  return new Map(
    [...totals].filter(([, { count }]) => count >= required).map(([id, { score }]) => [id, score]),
  );
}

function best(parts: readonly Scores[], tieBreaker: number): Scores {
  const result: Scores = new Map();
  for (const [id, total] of sum(parts)) {
    const top = Math.max(...parts.map((part) => part.get(id) ?? 0));
    result.set(id, top + tieBreaker * (total - top));
  }
  return result;
}
