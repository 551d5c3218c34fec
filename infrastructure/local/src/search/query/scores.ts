import { badRequest } from '../errors';

/** Matching documents by id, with their scores. */
export type Scores = Map<string, number>;
export type Clause = Readonly<Record<string, unknown>>;

export function asClause(value: unknown, what = 'a query'): Clause {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Clause;
  throw badRequest(`${what} must be an object`);
}

/** A scalar of the request as text. */
export function textOf(value: unknown, otherwise = ''): string {
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'object') throw badRequest('a value must be a scalar');
  return String(value);
}

/** A number of the request; text that is one is taken too. */
export function numberOf(value: unknown, otherwise: number, name: string): number {
  if (value === undefined || value === null) return otherwise;
  const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
  if (typeof value === 'object' || !Number.isFinite(number)) throw badRequest(`[${name}] must be a number`);
  return number;
}

/** One or many. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}

/** `{field: value}` or `{field: {<key>: value, ...}}`. */
export function single(body: Clause, key: string, query: string): [string, Clause] {
  const { boost, _name: _, ...rest } = body;
  const [entry, ...others] = Object.entries(rest);
  if (!entry || others.length > 0) throw badRequest(`[${query}] query must name exactly one field`);
  const [field, value] = entry;
  const options =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Clause)
      : { [key]: value };
  return [field, boost === undefined ? options : { boost, ...options }];
}

export function boosted(scores: Scores, boost: unknown): Scores {
  const factor = numberOf(boost, 1, 'boost');
  return factor === 1 ? scores : new Map([...scores].map(([id, score]) => [id, score * factor]));
}

export function constant(ids: Iterable<string>, score: number): Scores {
  const scores: Scores = new Map();
  for (const id of ids) scores.set(id, score);
  return scores;
}

export function sum(parts: readonly Scores[]): Scores {
  return atLeast(parts, 1);
}

/** Sums of the documents that are in at least so many parts. */
export function atLeast(parts: readonly Scores[], required: number): Scores {
  const [only] = parts;
  if (only && parts.length === 1 && required === 1) return only;
  const counts = new Map<string, number>();
  const totals: Scores = new Map();
  for (const part of parts) {
    for (const [id, score] of part) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      totals.set(id, (totals.get(id) ?? 0) + score);
    }
  }
  for (const [id, count] of counts) if (count < required) totals.delete(id);
  return totals;
}

/** The best part, and of the others a share. */
export function best(parts: readonly Scores[], tieBreaker = 0): Scores {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const result: Scores = new Map();
  for (const [id, total] of sum(parts)) {
    const top = Math.max(...parts.map((part) => part.get(id) ?? 0));
    result.set(id, top + tieBreaker * (total - top));
  }
  return result;
}

/** `minimum_should_match`: `2`, `-1`, `75%`, `-25%`, `2<75% 5<-2`. */
export function minimumMatch(wanted: unknown, clauses: number, otherwise: number): number {
  if (wanted === undefined || wanted === null) return otherwise;
  const text = textOf(wanted).trim();
  if (text.includes('<')) {
    let required = clauses;
    for (const [, limit = '', value = ''] of text.matchAll(/(\d+)\s*<\s*(-?\d+%?)/g))
      if (clauses > Number(limit)) required = minimumMatch(value, clauses, clauses);
    return required;
  }
  if (!/^-?\d+%?$/.test(text)) throw badRequest(`[minimum_should_match] is malformed: [${text}]`);
  const amount = parseInt(text, 10);
  const count = text.endsWith('%') ? Math.trunc((clauses * amount) / 100) : amount;
  return Math.max(0, count < 0 ? clauses + count : count);
}
