import { createHash } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { Collection } from '../../store/store';
import type { Item } from './attributes';
import { Consumption, type ReturnConsumedCapacity } from './capacity';
import type { Database } from './database';
import { constraint, invalid } from './errors';
import { Bindings } from './expressions/bindings';
import { project } from './expressions/paths';
import {
  checkCondition,
  checkedKey,
  prepareCheck,
  prepareDelete,
  preparePut,
  prepareUpdate,
  type GetInput,
  type KeyInput,
  type PutInput,
  type UpdateInput,
  type Write,
} from './items';
import { primaryKey } from './keys';

interface TransactWriteItem {
  readonly ConditionCheck?: KeyInput;
  readonly Put?: PutInput;
  readonly Delete?: KeyInput;
  readonly Update?: UpdateInput;
}

export interface TransactWriteInput {
  readonly TransactItems?: readonly TransactWriteItem[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

export interface TransactGetInput {
  readonly TransactItems?: readonly { readonly Get?: GetInput }[];
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

const maximumActions = 100;
const maximumBytes = 4 * 1024 * 1024;
const tokenLifeMs = 10 * 60_000;

/** Tokens of transactions that were carried out, for ten minutes. */
export class TransactionTokens {
  constructor(private readonly tokens: Collection<{ hash: string; at: number }>) {}

  /** True where this very request was carried out already. Throws IdempotentParameterMismatchException. */
  seen(token: string | undefined, hash: string): boolean {
    const known = token === undefined ? undefined : this.tokens.get(token);
    if (!known || known.at < Date.now() - tokenLifeMs) return false;
    if (known.hash === hash) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The provided client token is already in use with a different request',
    );
  }

  add(token: string | undefined, hash: string): void {
    if (token === undefined) return;
    this.tokens.delete(token);
    this.tokens.set(token, { hash, at: Date.now() });
    // Insertion order is order of time.
    for (const [old, { at }] of this.tokens) {
      if (at >= Date.now() - tokenLifeMs) return;
      this.tokens.delete(old);
    }
  }
}

export function transactWriteItems(
  database: Database,
  tokens: TransactionTokens,
  input: TransactWriteInput,
): object {
  const items = checkedCount(input.TransactItems);
  const hash = createHash('sha256').update(JSON.stringify(items)).digest('base64');
  const consumed = new Consumption(input.ReturnConsumedCapacity, 2);
  const writes = items.map((item) => prepare(database, item));
  refuseDuplicates(writes);
  if (tokens.seen(input.ClientRequestToken, hash)) {
    for (const { table, key } of writes) consumed.read(table, table.find(key)?.size ?? 0, true);
    return consumed.many();
  }
  const results = evaluate(writes);
  for (const [at, { table, key }] of writes.entries()) {
    const result = results[at];
    const before = table.find(key)?.size ?? 0;
    consumed.write(table, before, typeof result === 'object' ? result.size : 0);
    if (result === undefined) table.delete(key);
    else if (result !== 'unchanged') table.put(result.item, result.size);
  }
  tokens.add(input.ClientRequestToken, hash);
  return consumed.many();
}

function prepare(database: Database, item: TransactWriteItem): Write {
  const { ConditionCheck: check, Put: put, Delete: gone, Update: update } = item;
  if ([check, put, gone, update].filter((each) => each !== undefined).length !== 1) {
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  if (put) return preparePut(database, put);
  if (gone) return prepareDelete(database, gone);
  if (check) return prepareCheck(database, check);
  if (update?.UpdateExpression === undefined)
    throw constraint(undefined, 'updateExpression', 'Member must not be null');
  return prepareUpdate(database, update);
}

type Result = ReturnType<Write['result']>;

/** What each action makes of its item, before anything is changed. Throws TransactionCanceledException. */
function evaluate(writes: readonly Write[]): Result[] {
  const results: Result[] = [];
  const reasons: Reason[] = [];
  for (const write of writes) {
    const entry = write.table.find(write.key);
    try {
      checkCondition(write, entry?.item);
      results.push(write.result(entry?.item, entry?.size ?? 0));
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(reason(error));
    }
  }
  if (reasons.some(({ Code: code }) => code !== 'None')) throw cancelled(reasons);
  const bytes = results.reduce((sum, result) => sum + (typeof result === 'object' ? result.size : 0), 0);
  if (bytes > maximumBytes) throw invalid('Collection size of items in the transaction cannot exceed 4MB');
  return results;
}

function reason(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'ConditionalCheckFailedException') {
    return { Code: 'ConditionalCheckFailed', Message: error.message, ...error.fields };
  }
  return { Code: 'ValidationError', Message: error.message };
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons
    .map(({ Code: code }) => code)
    .join(', ')}]`;
  // SDKs read `Message` here, where other errors have `message`.
  return new AwsError('TransactionCanceledException', message, 400, {
    Message: message,
    CancellationReasons: reasons,
  });
}

function refuseDuplicates(writes: readonly Write[]): void {
  const keys = new Set(
    writes.map(({ table, key }) => `${table.definition.name}/${primaryKey(table.schema, key)}`),
  );
  if (keys.size !== writes.length)
    throw invalid('Transaction request cannot include multiple operations on one item');
}

function checkedCount<T>(items: readonly T[] | undefined): readonly T[] {
  const count = items?.length ?? 0;
  if (!items || count < 1)
    throw constraint('[]', 'transactItems', 'Member must have length greater than or equal to 1');
  if (count > maximumActions) {
    throw constraint(
      `[${count} items]`,
      'transactItems',
      `Member must have length less than or equal to ${maximumActions}`,
    );
  }
  return items;
}

export function transactGetItems(database: Database, input: TransactGetInput): object {
  const consumed = new Consumption(input.ReturnConsumedCapacity, 2);
  const responses = checkedCount(input.TransactItems).map(({ Get: get }) => {
    if (!get) throw constraint(undefined, 'transactItems.get', 'Member must not be null');
    const table = database.table(get.TableName);
    const bindings = new Bindings(get);
    const projection = bindings.projection(get.ProjectionExpression);
    bindings.finish();
    const entry = table.find(checkedKey(table, get.Key));
    consumed.read(table, entry?.size ?? 0, true);
    if (!entry) return {};
    return { Item: projection ? project(entry.item, projection) : entry.item };
  });
  return { Responses: responses, ...consumed.many() };
}
