import { aggregate } from './aggregations';
import { badRequest } from './errors';
import { comparable, runQuery } from './query';
import type { SearchIndex, Source } from './search-index';

export interface SearchBody {
  readonly query?: unknown;
  readonly post_filter?: unknown;
  readonly aggs?: unknown;
  readonly aggregations?: unknown;
  readonly sort?: unknown;
  readonly from?: number;
  readonly size?: number;
  readonly _source?: boolean | string | readonly string[];
  readonly min_score?: number;
}

interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  readonly missing?: unknown;
}

/** `POST /{index}/_search`. */
export function search(index: SearchIndex, body: SearchBody): object {
  const startedAt = performance.now();
  const { from = 0, size = 10 } = body;
  if (from < 0 || size < 0)
    throw badRequest('[from] and [size] must not be negative', 'illegal_argument_exception');
  if (from + size > 10_000)
    throw badRequest(
      'Result window is too large, from + size must be less than or equal to: [10000]',
      'illegal_argument_exception',
    );
  const scores = runQuery(index, body.query);
  const matched = [...scores.keys()].filter((id) => (scores.get(id) ?? 0) >= (body.min_score ?? 0));
  const filter = body.post_filter === undefined ? undefined : runQuery(index, body.post_filter);
  const hits = filter ? matched.filter((id) => filter.has(id)) : matched;
  const keys = sortKeys(body.sort);
  const valueOf = (id: string, key: SortKey): number | string | undefined =>
    sortValue(index, scores, id, key);
  hits.sort((left, right) => {
    for (const key of keys) {
      const order = compare(valueOf(left, key), valueOf(right, key), key.descending);
      if (order !== 0) return order;
    }
    return 0;
  });
  const page = hits.slice(from, from + size);
  const scored = keys.some(({ field }) => field === '_score');
  const aggs = body.aggs ?? body.aggregations;
  return {
    took: Math.round(performance.now() - startedAt),
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      total: { value: hits.length, relation: 'eq' },
      max_score: scored && page[0] !== undefined ? (scores.get(page[0]) ?? null) : null,
      hits: page.map((id) => ({
        _index: index.name,
        _id: id,
        _score: scored ? (scores.get(id) ?? 0) : null,
        _source: filtered(index.get(id) ?? {}, body._source),
        ...(body.sort === undefined ? {} : { sort: keys.map((key) => valueOf(id, key) ?? null) }),
      })),
    },
    ...(aggs === undefined ? {} : { aggregations: aggregate(index, matched, aggs) }),
  };
}

function filtered(source: Source, wanted: SearchBody['_source']): Source {
  if (wanted === undefined || wanted === true) return source;
  if (wanted === false) return {};
  const fields = typeof wanted === 'string' ? [wanted] : wanted;
  return Object.fromEntries(Object.entries(source).filter(([name]) => fields.includes(name)));
}

function sortKeys(sort: unknown): SortKey[] {
  if (sort === undefined) return [{ field: '_score', descending: true }];
  return (Array.isArray(sort) ? (sort as unknown[]) : [sort]).map((key): SortKey => {
    if (typeof key === 'string') return { field: key, descending: key === '_score' };
    const [entry] = Object.entries(key as Record<string, unknown>);
    if (!entry) throw badRequest('[sort] is malformed');
    const [field, options] = entry;
    const { order = field === '_score' ? 'desc' : 'asc', missing } =
      typeof options === 'string' ? { order: options } : (options as { order?: string; missing?: unknown });
    return { field, descending: order === 'desc', ...(missing === undefined ? {} : { missing }) };
  });
}

function sortValue(
  index: SearchIndex,
  scores: ReadonlyMap<string, number>,
  id: string,
  key: SortKey,
): number | string | undefined {
  if (key.field === '_score') return scores.get(id);
  const type = index.typeOf(key.field);
  if (type === 'text')
    throw badRequest(
      `Text fields are not optimised for sorting: [${key.field}]`,
      'illegal_argument_exception',
    );
  const [value = typeof key.missing === 'number' ? key.missing : undefined] = index.values(id, key.field);
  if (value === undefined) return undefined;
  return type === 'keyword' && typeof value === 'string' ? value : comparable(value);
}

/** What has no value comes last, in either direction. */
function compare(
  left: number | string | undefined,
  right: number | string | undefined,
  descending: boolean,
): number {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return left < right === descending ? 1 : -1;
}
