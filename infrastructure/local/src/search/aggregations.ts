import { badRequest } from './errors';
import { comparable, runQuery } from './query';
import type { SearchIndex } from './search-index';

type Body = Readonly<Record<string, unknown>>;

/** https://opensearch.org/docs/latest/aggregations/ */
export function aggregate(
  index: SearchIndex,
  ids: readonly string[],
  specs: unknown,
): Record<string, object> {
  if (typeof specs !== 'object' || specs === null) return {};
  return Object.fromEntries(
    Object.entries(specs as Record<string, Body>).map(([name, spec]) => [name, one(index, ids, spec)]),
  );
}

function one(index: SearchIndex, ids: readonly string[], spec: Body): object {
  const { aggs, aggregations, meta: _, ...kinds } = spec;
  const [entry, ...others] = Object.entries(kinds);
  if (!entry || others.length > 0) throw badRequest('an aggregation must have exactly one type');
  const nested = aggs ?? aggregations;
  const bucket = (inside: readonly string[]): object => ({
    doc_count: inside.length,
    ...aggregate(index, inside, nested),
  });
  const [kind, body] = entry as [string, Body];
  switch (kind) {
    case 'terms':
      return terms(index, ids, body, bucket);
    case 'range':
      return {
        buckets: (body.ranges as Body[]).map((range) =>
          rangeBucket(index, ids, String(body.field), range, bucket),
        ),
      };
    case 'filter':
      return bucket(matching(index, ids, body));
    case 'filters':
      return {
        buckets: Object.fromEntries(
          Object.entries(body.filters as Body).map(([name, query]) => [
            name,
            bucket(matching(index, ids, query)),
          ]),
        ),
      };
    case 'global':
      return bucket([...index.ids()]);
    case 'min':
    case 'max':
    case 'avg':
    case 'sum':
    case 'value_count':
      return {
        value: metric(
          kind,
          ids.flatMap((id) => index.values(id, String(body.field)).map(comparable)),
        ),
      };
    default:
      throw badRequest(`Unknown aggregation type [${kind}]`);
  }
}

function matching(index: SearchIndex, ids: readonly string[], query: unknown): string[] {
  const matches = runQuery(index, query);
  return ids.filter((id) => matches.has(id));
}

function terms(
  index: SearchIndex,
  ids: readonly string[],
  body: Body,
  bucket: (ids: readonly string[]) => object,
): object {
  const groups = new Map<unknown, string[]>();
  for (const id of ids) {
    for (const value of new Set(index.values(id, String(body.field)))) {
      const group = groups.get(value);
      if (group) group.push(id);
      else groups.set(value, [id]);
    }
  }
  const sorted = [...groups].sort(
    ([leftKey, left], [rightKey, right]) =>
      right.length - left.length || (String(leftKey) < String(rightKey) ? -1 : 1),
  );
  const size = Number(body.size ?? 10);
  const rest = sorted.slice(size).reduce((count, [, group]) => count + group.length, 0);
  const buckets = sorted.slice(0, size).map(([key, group]) => ({ key, ...bucket(group) }));
  return { doc_count_error_upper_bound: 0, sum_other_doc_count: rest, buckets };
}

function rangeBucket(
  index: SearchIndex,
  ids: readonly string[],
  field: string,
  range: Body,
  bucket: (ids: readonly string[]) => object,
): object {
  const { from, to, key } = range as { from?: number; to?: number; key?: string };
  const inside = ids.filter((id) =>
    index
      .values(id, field)
      .some((value) => comparable(value) >= (from ?? -Infinity) && comparable(value) < (to ?? Infinity)),
  );
  const name = (bound: number | undefined): string => (bound === undefined ? '*' : bound.toFixed(1));
  return {
    key: key ?? `${name(from)}-${name(to)}`,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...bucket(inside),
  };
}

function metric(kind: string, values: readonly number[]): number | null {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (kind === 'value_count') return values.length;
  if (kind === 'sum') return total;
  if (values.length === 0) return null;
  if (kind === 'avg') return total / values.length;
  return kind === 'min' ? Math.min(...values) : Math.max(...values);
}
