import type { Item } from './attributes';
import { Consumption, type ReturnConsumedCapacity } from './capacity';
import type { Database } from './database';
import { constraint, invalid } from './errors';
import { Bindings, type ExpressionAttributes } from './expressions/bindings';
import { project } from './expressions/paths';
import { checkedKey, checkItem } from './items';
import { primaryKey } from './keys';
import type { Table } from './table';

interface KeysAndAttributes extends ExpressionAttributes {
  readonly Keys?: Item[];
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
}

export interface BatchGetInput {
  readonly RequestItems?: Readonly<Record<string, KeysAndAttributes>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

export interface BatchWriteInput {
  readonly RequestItems?: Readonly<Record<string, readonly WriteRequest[]>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

const maximumReads = 100;
const maximumWrites = 25;
const maximumAnswer = 16 * 1024 * 1024;

export function batchGetItem(database: Database, input: BatchGetInput): object {
  const requests = requestItems(input.RequestItems);
  const total = requests.reduce((sum, [, { Keys: keys = [] }]) => sum + keys.length, 0);
  if (total > maximumReads) throw invalid('Too many items requested for the BatchGetItem call');
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const responses: Record<string, Item[]> = {};
  const unprocessed: Record<string, KeysAndAttributes> = {};
  let bytes = 0;
  for (const [name, request] of requests) {
    if (!request.Keys?.length) {
      throw constraint(
        '[]',
        `requestItems.${name}.member.keys`,
        'Member must have length greater than or equal to 1',
      );
    }
    const table = database.table(name);
    const bindings = new Bindings(request);
    const projection = bindings.projection(request.ProjectionExpression);
    bindings.finish();
    const keys = request.Keys.map((key) => checkedKey(table, key));
    refuseDuplicates(table, keys);
    const found: Item[] = [];
    responses[name] = found;
    const left: Item[] = [];
    for (const key of keys) {
      const entry = table.find(key);
      if (bytes > maximumAnswer) left.push(key);
      else {
        consumed.read(table, entry?.size ?? 0, request.ConsistentRead);
        if (entry) found.push(projection ? project(entry.item, projection) : entry.item);
      }
      bytes += entry?.size ?? 0;
    }
    if (left.length > 0) unprocessed[name] = { ...request, Keys: left };
  }
  return { Responses: responses, UnprocessedKeys: unprocessed, ...consumed.many() };
}

export function batchWriteItem(database: Database, input: BatchWriteInput): object {
  const requests = requestItems(input.RequestItems);
  for (const [name, writes] of requests) {
    if (!Array.isArray(writes) || writes.length === 0) {
      throw constraint(
        '[]',
        `requestItems.${name}.member`,
        'Member must have length greater than or equal to 1',
      );
    }
  }
  const total = requests.reduce((sum, [, writes]) => sum + writes.length, 0);
  if (total > maximumWrites) throw invalid('Too many items requested for the BatchWriteItem call');
  // Everything is checked before anything is written.
  const steps = requests.flatMap(([name, writes]) => {
    const table = database.table(name);
    const prepared = writes.map((request) => prepare(table, request));
    refuseDuplicates(
      table,
      prepared.map(({ key }) => key),
    );
    return prepared;
  });
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  for (const { table, key, size } of steps) {
    consumed.write(table, table.find(key)?.size ?? 0, size ?? 0);
    if (size === undefined) table.delete(key);
    else table.put(key, size);
  }
  return { UnprocessedItems: {}, ...consumed.many() };
}

/** `size` is set for a put, whose `key` is the whole item. */
function prepare(
  table: Table,
  { PutRequest: put, DeleteRequest: gone }: WriteRequest,
): { table: Table; key: Item; size?: number } {
  if (put && !gone) return { table, key: put.Item, size: checkItem(table, put.Item) };
  if (gone && !put) return { table, key: checkedKey(table, gone.Key) };
  throw invalid('Supplied WriteRequest must contain exactly one of PutRequest and DeleteRequest');
}

function requestItems<T>(given: Readonly<Record<string, T>> | undefined): [string, T][] {
  const requests = Object.entries(given ?? {});
  if (requests.length === 0) {
    throw constraint('{}', 'requestItems', 'Member must have length greater than or equal to 1');
  }
  return requests;
}

function refuseDuplicates(table: Table, keys: readonly Item[]): void {
  if (new Set(keys.map((key) => primaryKey(table.schema, key))).size !== keys.length) {
    throw invalid('Provided list of item keys contains duplicates');
  }
}
