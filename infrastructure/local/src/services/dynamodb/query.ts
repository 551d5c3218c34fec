import { compareValues, normaliseItem, type Item } from './attributes';
import { Consumption, type ReturnConsumedCapacity } from './capacity';
import { secondaryOf, type Database } from './database';
import { constraint, invalid } from './errors';
import { Bindings, type ExpressionAttributes } from './expressions/bindings';
import { beginsWith, holds } from './expressions/evaluate';
import { project, type Steps } from './expressions/paths';
import type { Condition } from './expressions/syntax';
import { bindKeyCondition, type KeyCondition } from './key-condition';
import { checkKey, keyAttributes, keyText, primaryKey } from './keys';
import {
  bucketCount,
  bucketOf,
  lowerBound,
  type Entry,
  type Position,
  type SortedIndex,
} from './sorted-index';
import { visible, type SecondaryIndex, type Table } from './table';

interface PageInput extends ExpressionAttributes {
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Select?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export interface QueryInput extends PageInput {
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
}

export interface ScanInput extends PageInput {
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

const maximumPage = 1024 * 1024;

/** What Query and Scan have in common. */
interface Source {
  readonly table: Table;
  readonly secondary: SecondaryIndex | undefined;
  readonly index: SortedIndex;
  readonly input: PageInput;
  readonly bindings: Bindings;
  readonly filter: Condition | undefined;
  readonly projection: readonly Steps[] | undefined;
  readonly start: Position | undefined;
}

function open(database: Database, input: PageInput): Omit<Source, 'start'> {
  const table = database.table(input.TableName);
  const secondary = secondaryOf(table, input.IndexName);
  if (input.Limit !== undefined && !(input.Limit >= 1)) {
    throw constraint(input.Limit, 'limit', 'Member must have value greater than or equal to 1');
  }
  if (secondary && !secondary.definition.local && input.ConsistentRead) {
    throw invalid('Consistent reads are not supported on global secondary indexes');
  }
  const bindings = new Bindings(input);
  const filter = bindings.condition('FilterExpression', input.FilterExpression);
  const projection = bindings.projection(input.ProjectionExpression);
  if (projection && input.Select !== undefined && input.Select !== 'SPECIFIC_ATTRIBUTES') {
    throw invalid(`Cannot specify the ProjectionExpression when choosing to get ${input.Select}`);
  }
  return { table, secondary, index: secondary?.index ?? table.main, input, bindings, filter, projection };
}

export function query(database: Database, input: QueryInput): object {
  const source = open(database, input);
  const { index, bindings } = source;
  if (input.KeyConditionExpression === undefined) {
    throw invalid(
      'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.',
    );
  }
  const key = bindKeyCondition(bindings, input.KeyConditionExpression, index.schema);
  bindings.finish();
  refuseKeysInFilter(source);
  const start = startPosition(source);
  if (start && (start.hash !== key.hash || !inRange(key, source, input.ExclusiveStartKey))) {
    throw invalid('The provided starting key is outside query boundaries based on provided conditions');
  }
  const partition = index.partition(key.hash);
  const [low, high] = bounds(index, partition, key);
  const forward = input.ScanIndexForward ?? true;
  const from = forward
    ? Math.max(low, start ? index.placeAfter(partition, start) : 0)
    : Math.min(high, start ? index.place(partition, start) : partition.length);
  return page(
    { ...source, start },
    forward ? ascending(partition, from, high) : descending(partition, from, low),
  );
}

function* ascending(partition: readonly Entry[], from: number, to: number): Generator<Entry> {
  for (let at = from; at < to; at++) {
    const entry = partition[at];
    if (entry) yield entry;
  }
}

function* descending(partition: readonly Entry[], from: number, to: number): Generator<Entry> {
  for (let at = from - 1; at >= to; at--) {
    const entry = partition[at];
    if (entry) yield entry;
  }
}

/** The part [low, high) of a partition that a range condition selects. */
function bounds(index: SortedIndex, partition: readonly Entry[], { range }: KeyCondition): [number, number] {
  const all = partition.length;
  if (!range) return [0, all];
  const first = (text: string): number => index.rangePlace(partition, text, false);
  const behind = (text: string): number => index.rangePlace(partition, text, true);
  switch (range.operator) {
    case '=':
      return [first(range.from), behind(range.from)];
    case '<':
      return [0, first(range.from)];
    case '<=':
      return [0, behind(range.from)];
    case '>':
      return [behind(range.from), all];
    case '>=':
      return [first(range.from), all];
    case 'BETWEEN':
      return [first(range.from), behind(range.to)];
    case 'begins_with': {
      const low = first(range.from);
      const attribute = index.schema.range;
      const prefix = { [attribute?.type ?? 'S']: range.from };
      const matches = (at: number): boolean =>
        beginsWith(partition[low + at]?.item[attribute?.name ?? ''] ?? {}, prefix);
      return [low, low + lowerBound(all - low, matches)];
    }
  }
}

function inRange(
  { range }: KeyCondition,
  { index }: Pick<Source, 'index'>,
  startKey: Item | undefined,
): boolean {
  const attribute = index.schema.range;
  const value = attribute && startKey?.[attribute.name];
  if (!range || !attribute || !value) return true;
  const order = (text: string): number => compareValues(value, { [attribute.type]: text }) ?? 0;
  switch (range.operator) {
    case 'BETWEEN':
      return order(range.from) >= 0 && order(range.to) <= 0;
    case 'begins_with':
      return beginsWith(value, { [attribute.type]: range.from });
    case '=':
      return order(range.from) === 0;
    case '<':
    case '<=':
      return order(range.from) <= 0;
    default:
      return order(range.from) >= 0;
  }
}

function refuseKeysInFilter({ filter, index, bindings }: Omit<Source, 'start'>): void {
  if (!filter) return;
  const keys = keyAttributes(index.schema).map(({ name }) => name);
  const used = mentioned(filter).find((path) => keys.includes(String(bindings.steps(path)[0])));
  if (used) {
    throw invalid(
      `Filter Expression can only contain non-primary key attributes: Primary key attribute: ${String(bindings.steps(used)[0])}`,
    );
  }
}

type PathNode = Extract<Condition, { type: 'exists' }>['path'];

function mentioned(node: unknown): PathNode[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('type' in node && node.type === 'path') return [node as PathNode];
  return Object.values(node).flatMap(mentioned);
}

export function scan(database: Database, input: ScanInput): object {
  const source = open(database, input);
  source.bindings.finish();
  const { Segment: segment = 0, TotalSegments: total = 1 } = input;
  if ((input.Segment === undefined) !== (input.TotalSegments === undefined)) {
    throw invalid(
      input.Segment === undefined
        ? 'The Segment parameter is required but was not present in the request when parameter TotalSegments is present'
        : 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present',
    );
  }
  if (segment >= total) {
    throw invalid(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${total}`,
    );
  }
  const [from, to] = [
    Math.ceil((segment * bucketCount) / total),
    Math.ceil(((segment + 1) * bucketCount) / total),
  ];
  const start = startPosition(source);
  if (start && (bucketOf(start.hash) < from || bucketOf(start.hash) >= to)) {
    throw invalid(
      'The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. ',
    );
  }
  return page({ ...source, start }, source.index.scan(from, to, start));
}

/** Fills one page: at most Limit items or 1 MB are looked at, then filtered. */
function page(source: Source, entries: Iterable<Entry>): object {
  const { table, secondary, input, bindings, filter, projection } = source;
  const countOnly = input.Select === 'COUNT';
  const items: Item[] = [];
  let [count, scanned, bytes] = [0, 0, 0];
  let last: Entry | undefined;
  for (const entry of entries) {
    scanned++;
    bytes += entry.size;
    const item = visible(entry.item, secondary);
    if (!filter || holds(filter, item, bindings)) {
      count++;
      if (!countOnly) items.push(projection ? project(item, projection) : item);
    }
    if (scanned === input.Limit || bytes >= maximumPage) {
      last = entry;
      break;
    }
  }
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  consumed.read(table, bytes, input.ConsistentRead, secondary?.definition.name);
  return {
    ...(!countOnly && { Items: items }),
    Count: count,
    ScannedCount: scanned,
    ...(last && { LastEvaluatedKey: keyOf(table, secondary, last.item) }),
    ...consumed.one(),
  };
}

function keyOf(table: Table, secondary: SecondaryIndex | undefined, item: Item): Item {
  const attributes = [
    ...keyAttributes(table.schema),
    ...(secondary ? keyAttributes(secondary.definition.schema) : []),
  ];
  return Object.fromEntries(attributes.map(({ name }) => [name, item[name] ?? {}]));
}

function startPosition({ table, secondary, index, input }: Omit<Source, 'start'>): Position | undefined {
  const key = input.ExclusiveStartKey;
  if (!key) return undefined;
  normaliseItem(key);
  const tableKey: Item = {};
  for (const { name } of keyAttributes(table.schema)) {
    const value = key[name];
    if (value) tableKey[name] = value;
  }
  const wanted = new Set([
    ...Object.keys(tableKey),
    ...(secondary ? keyAttributes(secondary.definition.schema).map((a) => a.name) : []),
  ]);
  try {
    checkKey(table.schema, tableKey);
  } catch {
    throw invalid('The provided starting key is invalid: The provided key element does not match the schema');
  }
  if (Object.keys(key).length !== wanted.size || !index.covers(key))
    throw invalid('The provided starting key is invalid');
  const { hash, range } = index.schema;
  return {
    hash: keyText(key, hash) ?? '',
    range: range && keyText(key, range),
    key: primaryKey(table.schema, key),
  };
}
