import { dateMath } from '../dates';
import { badRequest } from '../errors';
import { isNumeric, type Value } from '../mapping';
import { runQuery } from '../query';
import { asClause, listOf, numberOf, textOf, type Clause } from '../query/scores';
import type { SearchIndex } from '../search-index';
import { sizeOf } from './window';

/** Documents of one of the searched indexes. */
export interface Matched {
  readonly index: SearchIndex;
  readonly ids: readonly string[];
}

/** https://opensearch.org/docs/latest/aggregations/ */
export function aggregate(matched: readonly Matched[], specs: unknown): Record<string, object> {
  if (specs === undefined) return {};
  const entries = Object.entries(asClause(specs, '[aggs]'));
  return Object.fromEntries(
    entries.map(([name, spec]) => [name, one(matched, name, asClause(spec, `[${name}]`))]),
  );
}

type Bucket = (matched: readonly Matched[]) => { readonly doc_count: number };
type Run = (matched: readonly Matched[], body: Clause, bucket: Bucket) => object;

const metrics = ['min', 'max', 'avg', 'sum', 'value_count', 'cardinality', 'stats'];

function one(matched: readonly Matched[], name: string, spec: Clause): object {
  const { aggs, aggregations, meta, ...kinds } = spec;
  const [entry, ...others] = Object.entries(kinds);
  if (!entry) throw badRequest(`Missing definition for aggregation [${name}]`);
  if (others.length > 0)
    throw badRequest(
      `Found two aggregation type definitions in [${name}]: [${entry[0]}] and [${others[0]?.[0]}]`,
    );
  const nested = aggs ?? aggregations;
  const bucket: Bucket = (inside) => ({ doc_count: countOf(inside), ...aggregate(inside, nested) });
  const [kind, body] = entry;
  const options = asClause(body, `[${kind}]`);
  const annotation = meta === undefined ? {} : { meta };
  if (metrics.includes(kind)) return { ...annotation, ...metric(kind, matched, options) };
  const run = Object.hasOwn(buckets, kind) ? buckets[kind] : undefined;
  if (!run) throw badRequest(`Unknown aggregation type [${kind}]`);
  return { ...annotation, ...run(matched, options, bucket) };
}

const buckets: Readonly<Record<string, Run>> = {
  terms,
  range: ranges,
  date_range: ranges,
  filter: (matched, query, bucket) => bucket(matching(matched, query)),
  filters: (matched, { filters }, bucket) => {
    if (Array.isArray(filters)) return { buckets: filters.map((query) => bucket(matching(matched, query))) };
    const named = Object.entries(asClause(filters, '[filters]'));
    return {
      buckets: Object.fromEntries(named.map(([name, query]) => [name, bucket(matching(matched, query))])),
    };
  },
  global: (matched, _body, bucket) => bucket(matched.map(({ index }) => ({ index, ids: [...index.ids()] }))),
  missing: (matched, { field }, bucket) =>
    bucket(where(matched, (index, id) => index.values(id, textOf(field)).length === 0)),
};

function where(matched: readonly Matched[], test: (index: SearchIndex, id: string) => boolean): Matched[] {
  return matched.map(({ index, ids }) => ({ index, ids: ids.filter((id) => test(index, id)) }));
}

function matching(matched: readonly Matched[], query: unknown): Matched[] {
  return matched.map(({ index, ids }) => {
    const matches = runQuery(index, query);
    return { index, ids: ids.filter((id) => matches.has(id)) };
  });
}

function countOf(matched: readonly Matched[]): number {
  return matched.reduce((count, { ids }) => count + ids.length, 0);
}

/** A field that keeps its values beside the index; text fields do not. */
function fieldOf(matched: readonly Matched[], body: Clause): string {
  const field = textOf(body.field);
  if (field === '')
    throw badRequest(
      'Required one of fields [field, script], but none were specified.',
      'illegal_argument_exception',
    );
  if (matched.some(({ index }) => index.typeOf(field) === 'text'))
    throw badRequest(
      `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${field}]`,
      'illegal_argument_exception',
    );
  return field;
}

function terms(matched: readonly Matched[], body: Clause, bucket: Bucket): object {
  const field = fieldOf(matched, body);
  const groups = new Map<Value, Map<SearchIndex, string[]>>();
  for (const { index, ids } of matched) {
    for (const id of ids) {
      const values = index.values(id, field);
      const present =
        values.length === 0 && body.missing !== undefined ? [body.missing as Value] : new Set(values);
      for (const value of present) {
        const group = groups.get(value) ?? new Map<SearchIndex, string[]>();
        groups.set(value, group);
        const own = group.get(index);
        if (own) own.push(id);
        else group.set(index, [id]);
      }
    }
  }
  const least = numberOf(body.min_doc_count, 1, 'min_doc_count');
  const all = [...groups].map(([key, group]) => ({
    key,
    ...bucket([...group].map(([index, ids]) => ({ index, ids }))),
  }));
  const sorted = all.filter(({ doc_count: count }) => count >= least).sort(orderOf(body.order));
  const size = sizeOf(body.size, 10, 'size');
  const rest = sorted.slice(size).reduce((count, { doc_count: own }) => count + own, 0);
  const type = matched.map(({ index }) => index.typeOf(field)).find((found) => found !== undefined);
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: rest,
    buckets: sorted.slice(0, size).map(({ key, ...own }) => ({ ...keyed(key, type), ...own })),
  };
}

function keyed(key: Value, type: string | undefined): object {
  if (typeof key === 'boolean') return { key: Number(key), key_as_string: String(key) };
  return type === 'date' ? { key, key_as_string: new Date(Number(key)).toISOString() } : { key };
}

type Row = { readonly key: Value; readonly doc_count: number } & Readonly<Record<string, unknown>>;

function orderOf(order: unknown): (a: Row, b: Row) => number {
  const byKey = (a: Row, b: Row): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
  const given = listOf(order).flatMap((entry) => Object.entries(asClause(entry, '[order]')));
  const rules = given.length === 0 ? [['_count', 'desc'] as [string, unknown]] : given;
  return (a, b) => {
    for (const [path, direction] of rules) {
      const by = path === '_key' || path === '_term' ? byKey(a, b) : numberAt(a, path) - numberAt(b, path);
      if (by !== 0) return direction === 'desc' ? -by : by;
    }
    return byKey(a, b);
  };
}

/** `_count`, the name of a metric, `stats.max`, or a path through single buckets (`cheap>price`). */
function numberAt(row: Row, path: string): number {
  if (path === '_count') return row.doc_count;
  const [name = '', property] = path.split('.');
  const found = name.split('>').reduce<unknown>((at, step) => (at as Clause | undefined)?.[step], row) as
    Clause | undefined;
  const value = property === undefined ? (found?.value ?? found?.doc_count) : found?.[property];
  if (found === undefined)
    throw badRequest(`Invalid aggregator order path [${path}]`, 'aggregation_execution_exception');
  return typeof value === 'number' ? value : -Infinity;
}

function ranges(matched: readonly Matched[], body: Clause, bucket: Bucket): object {
  const field = fieldOf(matched, body);
  const isDate = matched.some(({ index }) => index.typeOf(field) === 'date');
  const limit = (value: unknown): number | undefined => {
    if (value === undefined || value === null) return undefined;
    return isDate ? dateMath(value, false) : numberOf(value, 0, 'range');
  };
  const shown = (value: number): string =>
    isDate ? new Date(value).toISOString() : Number.isInteger(value) ? value.toFixed(1) : String(value);
  const made = listOf(body.ranges).map((range) => {
    const { key, from: lower, to: upper } = asClause(range, '[ranges]');
    const [from, to] = [limit(lower), limit(upper)];
    const inside = where(matched, (index, id) =>
      index
        .values(id, field)
        .some((value) => Number(value) >= (from ?? -Infinity) && Number(value) < (to ?? Infinity)),
    );
    const name =
      key === undefined
        ? `${from === undefined ? '*' : shown(from)}-${to === undefined ? '*' : shown(to)}`
        : textOf(key);
    const dates = isDate
      ? {
          ...(from !== undefined && { from_as_string: shown(from) }),
          ...(to !== undefined && { to_as_string: shown(to) }),
        }
      : {};
    return {
      key: name,
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...dates,
      ...bucket(inside),
    };
  });
  if (made.length === 0)
    throw badRequest('No [ranges] specified for the [range] aggregation', 'illegal_argument_exception');
  // OpenSearch answers them in the order of their bounds.
  made.sort(
    (a, b) => (a.from ?? -Infinity) - (b.from ?? -Infinity) || (a.to ?? Infinity) - (b.to ?? Infinity),
  );
  return {
    buckets: body.keyed === true ? Object.fromEntries(made.map(({ key, ...rest }) => [key, rest])) : made,
  };
}

function metric(kind: string, matched: readonly Matched[], body: Clause): object {
  const field = fieldOf(matched, body);
  const values = matched.flatMap(({ index, ids }) =>
    ids.flatMap((id) => {
      const own = index.values(id, field);
      return own.length === 0 && body.missing !== undefined ? [body.missing as Value] : own;
    }),
  );
  if (kind === 'value_count') return { value: values.length };
  if (kind === 'cardinality') return { value: new Set(values).size };
  const type = matched.map(({ index }) => index.typeOf(field)).find((found) => found !== undefined);
  if (type !== undefined && !isNumeric(type) && type !== 'date' && type !== 'boolean')
    throw badRequest(
      `Field [${field}] of type [${type}] is not supported for aggregation [${kind}]`,
      'illegal_argument_exception',
    );
  const { count, sum, min, max } = values.reduce<{ count: number; sum: number; min: number; max: number }>(
    (so, value) => ({
      count: so.count + 1,
      sum: so.sum + Number(value),
      min: Math.min(so.min, Number(value)),
      max: Math.max(so.max, Number(value)),
    }),
    { count: 0, sum: 0, min: Infinity, max: -Infinity },
  );
  const orNone = (value: number): number | null => (count === 0 ? null : value);
  const all = { count, min: orNone(min), max: orNone(max), avg: orNone(sum / count), sum };
  if (kind === 'stats') return all;
  const value = all[kind as 'min'];
  return {
    value,
    ...(type === 'date' && value !== null && { value_as_string: new Date(value).toISOString() }),
  };
}
