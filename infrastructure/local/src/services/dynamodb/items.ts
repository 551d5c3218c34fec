import { attributeSize, normaliseItem, type Item } from './attributes';
import { Consumption, type ReturnConsumedCapacity } from './capacity';
import type { Database } from './database';
import { conditionFailed, constraint, invalid, invalidParameter } from './errors';
import { applyUpdate } from './expressions/apply-update';
import { Bindings, type ExpressionAttributes } from './expressions/bindings';
import { holds } from './expressions/evaluate';
import { own, project, type Steps } from './expressions/paths';
import type { Condition, Update } from './expressions/syntax';
import { checkIndexKey, checkItemKey, checkKey, keyAttributes } from './keys';
import type { Table } from './table';

export const maximumItem = 400 * 1024;

export interface ConditionalInput extends ExpressionAttributes {
  readonly TableName?: string;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD';
}

interface Returning {
  readonly ReturnValues?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
  readonly ReturnItemCollectionMetrics?: string;
}

export interface PutInput extends ConditionalInput, Returning {
  readonly Item?: Item;
}
export interface KeyInput extends ConditionalInput, Returning {
  readonly Key?: Item;
}
export interface UpdateInput extends KeyInput {
  readonly UpdateExpression?: string;
}
export interface GetInput extends ExpressionAttributes {
  readonly TableName?: string;
  readonly Key?: Item;
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

/** A write that has been checked against the request's own rules but not against the item's condition. */
export interface Write {
  readonly table: Table;
  /** The item's primary key, possibly with more attributes. */
  readonly key: Item;
  readonly condition: Condition | undefined;
  readonly bindings: Bindings;
  readonly returnOld: boolean;
  /** What the item becomes; undefined: it goes; 'unchanged': a mere check. Throws ValidationException. */
  result(
    before: Item | undefined,
    beforeSize: number,
  ): { item: Item; size: number } | undefined | 'unchanged';
}

function write(
  table: Table,
  key: Item,
  input: ConditionalInput,
  bindings: Bindings,
  result: Write['result'],
): Write {
  const condition = bindings.condition('ConditionExpression', input.ConditionExpression);
  bindings.finish();
  return {
    table,
    key,
    condition,
    bindings,
    returnOld: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    result,
  };
}

export function preparePut(database: Database, input: PutInput): Write {
  const table = database.table(input.TableName);
  const { Item: item } = input;
  if (!item) throw constraint(undefined, 'item', 'Member must not be null');
  const size = checkItem(table, item);
  return write(table, item, input, new Bindings(input), () => ({ item, size }));
}

/** Checks an item to be put as a whole and returns its size. */
export function checkItem(table: Table, item: Item): number {
  const size = normaliseItem(item);
  checkItemKey(table.schema, item);
  for (const { definition } of table.secondary.values())
    checkIndexKey(definition.name, definition.schema, item);
  if (size > maximumItem) throw invalid('Item size has exceeded the maximum allowed size');
  return size;
}

/** Checks a Key parameter and returns it. */
export function checkedKey(table: Table, key: Item | undefined): Item {
  if (!key) throw constraint(undefined, 'key', 'Member must not be null');
  normaliseItem(key);
  checkKey(table.schema, key);
  return key;
}

export function prepareDelete(database: Database, input: KeyInput): Write {
  const table = database.table(input.TableName);
  return write(table, checkedKey(table, input.Key), input, new Bindings(input), () => undefined);
}

export function prepareCheck(database: Database, input: KeyInput): Write {
  const table = database.table(input.TableName);
  if (input.ConditionExpression === undefined)
    throw constraint(undefined, 'conditionExpression', 'Member must not be null');
  return write(table, checkedKey(table, input.Key), input, new Bindings(input), () => 'unchanged');
}

export function prepareUpdate(
  database: Database,
  input: UpdateInput,
): Write & { readonly touched: readonly Steps[] } {
  const table = database.table(input.TableName);
  const bindings = new Bindings(input);
  const update = bindings.update(input.UpdateExpression);
  const touched = update ? touchedPaths(update, bindings) : [];
  for (const [name] of touched) {
    if (keyAttributes(table.schema).some((attribute) => attribute.name === name)) {
      throw invalidParameter(`Cannot update attribute ${String(name)}. This attribute is part of the key`);
    }
  }
  const key = checkedKey(table, input.Key);
  const prepared = write(table, key, input, bindings, (before, beforeSize) => {
    const base = before ?? key;
    const item = update ? applyUpdate(update, base, bindings) : base;
    let size = before ? beforeSize : normaliseItem(key);
    for (const name of new Set(touched.map(([first]) => String(first)))) {
      size += attributeSize(name, own(item, name)) - attributeSize(name, own(base, name));
    }
    for (const { definition } of table.secondary.values())
      checkIndexKey(definition.name, definition.schema, item);
    if (size > maximumItem) throw invalid('Item size to update has exceeded the maximum allowed size');
    return { item, size };
  });
  return { ...prepared, touched };
}

function touchedPaths(update: Update, bindings: Bindings): Steps[] {
  const targets = [...update.sets, ...update.adds, ...update.deletes].map(({ path }) => path);
  return [...targets, ...update.removes].map((path) => bindings.steps(path));
}

/** Throws ConditionalCheckFailedException. */
export function checkCondition(prepared: Write, before: Item | undefined): void {
  if (!prepared.condition || holds(prepared.condition, before, prepared.bindings)) return;
  throw conditionFailed(prepared.returnOld ? before : undefined);
}

/** Condition and change in one synchronous step. */
function perform(prepared: Write, consumed: Consumption): { before?: Item; after?: Item } {
  const { table, key } = prepared;
  const entry = table.find(key);
  const before = entry?.item;
  const beforeSize = entry?.size ?? 0;
  checkCondition(prepared, before);
  const result = prepared.result(before, beforeSize);
  if (result === 'unchanged') return {};
  consumed.write(table, beforeSize, result?.size ?? 0);
  if (result) table.put(result.item, result.size);
  else table.delete(key);
  return { ...(before && { before }), ...(result && { after: result.item }) };
}

export function putItem(database: Database, input: PutInput): object {
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const { before } = perform(preparePut(database, input), consumed);
  return { ...(input.ReturnValues === 'ALL_OLD' && before && { Attributes: before }), ...consumed.one() };
}

export function deleteItem(database: Database, input: KeyInput): object {
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD']);
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const { before } = perform(prepareDelete(database, input), consumed);
  return { ...(input.ReturnValues === 'ALL_OLD' && before && { Attributes: before }), ...consumed.one() };
}

export function updateItem(database: Database, input: UpdateInput): object {
  checkReturnValues(input.ReturnValues, ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']);
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  const prepared = prepareUpdate(database, input);
  const { before, after } = perform(prepared, consumed);
  const attributes = returned(input.ReturnValues, before, after, prepared.touched);
  return { ...(attributes && { Attributes: attributes }), ...consumed.one() };
}

function returned(
  kind: string | undefined,
  before?: Item,
  after?: Item,
  touched: readonly Steps[] = [],
): Item | undefined {
  switch (kind) {
    case 'ALL_OLD':
      return before;
    case 'ALL_NEW':
      return after;
    case 'UPDATED_OLD':
    case 'UPDATED_NEW': {
      const source = kind === 'UPDATED_OLD' ? before : after;
      const part = source && project(source, touched);
      return part && Object.keys(part).length > 0 ? part : undefined;
    }
    default:
      return undefined;
  }
}

function checkReturnValues(value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value))
    throw invalid('ReturnValues can only be ' + allowed.join(' or '));
}

export function getItem(database: Database, input: GetInput): object {
  const table = database.table(input.TableName);
  const bindings = new Bindings(input);
  const projection = bindings.projection(input.ProjectionExpression);
  bindings.finish();
  const entry = table.find(checkedKey(table, input.Key));
  const consumed = new Consumption(input.ReturnConsumedCapacity);
  consumed.read(table, entry?.size ?? 0, input.ConsistentRead);
  if (!entry) return consumed.one();
  return { Item: projection ? project(entry.item, projection) : entry.item, ...consumed.one() };
}
