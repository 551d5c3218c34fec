import { badRequest } from '../errors';
import { isNumeric, type Value } from '../mapping';
import { asClause, listOf, textOf, type Scores } from '../query/scores';
import type { SearchIndex } from '../search-index';

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
  readonly missing: unknown;
  readonly mode: unknown;
  readonly unmappedType: unknown;
}

export function sortKeys(sort: unknown): SortKey[] {
  if (sort === undefined) return [key('_score', {})];
  return listOf(sort).flatMap((entry) => {
    if (typeof entry === 'string') {
      const [field = '', order] = entry.split(':');
      return [key(field, order === undefined ? {} : { order })];
    }
    return Object.entries(asClause(entry, '[sort]')).map(([field, options]) =>
      key(field, typeof options === 'string' ? { order: options } : asClause(options, '[sort]')),
    );
  });
}

function key(field: string, options: Readonly<Record<string, unknown>>): SortKey {
  const order = textOf(options.order, field === '_score' ? 'desc' : 'asc').toLowerCase();
  if (order !== 'asc' && order !== 'desc')
    throw badRequest(
      `No enum constant org.opensearch.search.sort.SortOrder.${order.toUpperCase()}`,
      'illegal_argument_exception',
    );
  const { missing, mode, unmapped_type: unmappedType } = options;
  return { field, descending: order === 'desc', missing, mode, unmappedType };
}

export type SortValue = Value | null;

/** Reads what a document is sorted by. Throws where the index cannot sort by a field. */
export function sortReader(
  index: SearchIndex,
  scores: Scores,
  { field, descending, missing, mode }: SortKey,
  unmapped: boolean,
): (id: string) => SortValue {
  if (field === '_score') return (id) => scores.get(id) ?? 0;
  if (field === '_id') return (id) => id;
  if (field === '_doc') return (id) => index.stateOf(id).seqNo;
  const type = index.typeOf(field);
  if (type === undefined && !unmapped)
    throw badRequest(`No mapping found for [${field}] in order to sort on`, 'query_shard_exception');
  if (type === 'text')
    throw badRequest(
      `Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead. Alternatively, set fielddata=true on [${field}] in order to load field data by uninverting the inverted index. Note that this can use significant memory.`,
      'illegal_argument_exception',
    );
  const substitute = substituteFor(missing, type);
  const greatest = mode === undefined ? descending : mode === 'max';
  return (id) => {
    const values = index.values(id, field);
    if (values.length < 2) return sortable(values[0] ?? substitute);
    const [first, ...others] = values.map(sortable);
    return others.reduce<SortValue>(
      (chosen, value) => (compareValues(value, chosen) > 0 === greatest ? value : chosen),
      first ?? null,
    );
  };
}

/** `_last` and `_first` are places, anything else is a value. */
function substituteFor(missing: unknown, type: string | undefined): SortValue {
  if (missing === undefined || missing === '_last' || missing === '_first') return null;
  return type !== undefined && isNumeric(type) ? Number(missing) : textOf(missing);
}

function sortable(value: SortValue): SortValue {
  return typeof value === 'boolean' ? Number(value) : value;
}

export function compareValues(left: SortValue, right: SortValue): number {
  if (left === right || left === null || right === null) return 0;
  return left < right ? -1 : 1;
}

/** Below 0 where `left` comes first. What has no value is last, or first where the key says so. */
export function compareRows(
  left: readonly SortValue[],
  right: readonly SortValue[],
  keys: readonly SortKey[],
): number {
  for (const [i, { descending, missing }] of keys.entries()) {
    const [a = null, b = null] = [left[i], right[i]];
    if (a === null && b === null) continue;
    if (a === null || b === null) return (a === null) === (missing === '_first') ? -1 : 1;
    const order = compareValues(a, b);
    if (order !== 0) return descending ? -order : order;
  }
  return 0;
}
