import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import {
  isFinal,
  statusesBefore,
  type HistoryType,
  type OrderRecord,
  type OrderRecordHistory,
  type OrderStatus,
} from '@yorozu/events';
import { DomainError } from './errors';

export interface OrderKey {
  readonly userId: string;
  readonly orderId: string;
}

export interface HistoryEntry {
  readonly type: HistoryType;
  readonly detail?: Record<string, unknown>;
  /** What makes the entry unique within its order; by default its type. */
  readonly key?: string;
}

export interface HistoryChange {
  readonly status: OrderStatus;
  readonly entries: readonly HistoryEntry[];
  readonly failure?: NonNullable<OrderRecord['failure']>;
}

export interface HistoryOutcome {
  readonly status: OrderStatus;
  /** The entries as they are stored, in the order asked for; those written before keep their time. */
  readonly entries: readonly OrderRecordHistory[];
  /** Nothing was written because an earlier attempt had written all of it. */
  readonly duplicate: boolean;
}

export interface OrderHistory {
  /**
   * Moves the order to a status and appends to its history, once per entry key, in one conditional write.
   * Throws {@link OrderNotFound}, {@link IllegalTransition}.
   */
  append(order: OrderKey, change: HistoryChange): Promise<HistoryOutcome>;
  /** Marks an order that waits for the repair command. Does nothing to an order that has ended. */
  park(order: OrderKey): Promise<void>;
}

export class OrderNotFound extends DomainError {
  override readonly name = 'OrderNotFound';

  constructor(orderId: string) {
    super('ORDER_NOT_FOUND', `There is no order ${orderId}`);
  }
}

export class IllegalTransition extends DomainError {
  override readonly name = 'IllegalTransition';

  constructor(orderId: string, from: OrderStatus, to: OrderStatus) {
    super('ILLEGAL_TRANSITION', `Order ${orderId} is ${from} and cannot become ${to}`);
  }
}

/** Steps after which the payment token is still needed: a repetition of the capture asks for it again. */
const beforeTokenIsSpent: ReadonlySet<HistoryType> = new Set([
  'OrderPlaced',
  'StockReserved',
  'PaymentCaptured',
]);

/** What a write takes away: the mark of a parked order that has ended, a payment token nobody needs any more. */
function spent({ status, entries }: HistoryChange): string {
  const names = isFinal(status) ? ['compensation_failed'] : [];
  if (isFinal(status) || entries.some(({ type }) => !beforeTokenIsSpent.has(type)))
    names.push('payment_token');
  return names.length === 0 ? '' : ` REMOVE ${names.join(', ')}`;
}

const keyOf = (entry: HistoryEntry): string => entry.key ?? entry.type;

/** A step may repeat the status it found; a final status is entered once. */
function allowedBefore(status: OrderStatus): OrderStatus[] {
  return isFinal(status) ? statusesBefore(status) : [...statusesBefore(status), status];
}

export class DynamoOrderHistory implements OrderHistory {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
  ) {}

  async append(order: OrderKey, change: HistoryChange): Promise<HistoryOutcome> {
    const at = this.now().toISOString();
    const entries = change.entries.map(({ type, detail }) => ({ at, type, ...(detail ? { detail } : {}) }));
    const stored = await this.write(order, change, entries, at);
    if (!stored) return { status: change.status, entries, duplicate: false };
    return this.reconcile(order, change, stored, entries);
  }

  async park({ userId, orderId }: OrderKey): Promise<void> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { user_id: userId, order_id: orderId },
          UpdateExpression: 'SET compensation_failed = :true, updated_at = :now',
          ConditionExpression: '#status IN (:pending, :processing)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: {
            ':true': true,
            ':now': this.now().toISOString(),
            ':pending': 'pending',
            ':processing': 'processing',
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Answers undefined when written, otherwise the item that stood in the way. */
  private async write(
    { userId, orderId }: OrderKey,
    change: HistoryChange,
    entries: readonly OrderRecordHistory[],
    at: string,
  ): Promise<OrderRecord | undefined> {
    const statuses = allowedBefore(change.status);
    const keys = change.entries.map(keyOf);
    const values: Record<string, unknown> = {
      ':status': change.status,
      ':at': at,
      ':entries': entries,
      ':keys': new Set(keys),
    };
    statuses.forEach((status, i) => (values[`:s${i}`] = status));
    keys.forEach((key, i) => (values[`:k${i}`] = key));
    const fresh = keys.map((_, i) => `NOT contains(history_keys, :k${i})`);
    if (change.failure) values[':failure'] = change.failure;
    const set = `SET #status = :status, updated_at = :at, history = list_append(history, :entries)${change.failure ? ', failure = :failure' : ''}`;
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { user_id: userId, order_id: orderId },
          UpdateExpression: `${set} ADD history_keys :keys${spent(change)}`,
          ConditionExpression: [`#status IN (${statuses.map((_, i) => `:s${i}`).join(', ')})`, ...fresh].join(
            ' AND ',
          ),
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: values,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (!error.Item) throw new OrderNotFound(orderId);
      return unmarshall(error.Item) as OrderRecord;
    }
  }

  private async reconcile(
    order: OrderKey,
    change: HistoryChange,
    stored: OrderRecord,
    entries: readonly OrderRecordHistory[],
  ): Promise<HistoryOutcome> {
    const written = stored.history_keys ?? new Set<string>();
    const missing = change.entries.filter((entry) => !written.has(keyOf(entry)));
    if (missing.length === 0) {
      return { status: stored.status, entries: asStored(entries, stored), duplicate: true };
    }
    if (!allowedBefore(change.status).includes(stored.status) || missing.length === change.entries.length) {
      throw new IllegalTransition(order.orderId, stored.status, change.status);
    }
    const rest = await this.append(order, { ...change, entries: missing });
    return { ...rest, entries: change.entries.map((entry) => pick(entry, missing, rest.entries, stored)) };
  }
}

/** Entries found in the stored history keep the time at which they were first written. */
function asStored(entries: readonly OrderRecordHistory[], stored: OrderRecord): OrderRecordHistory[] {
  return entries.map((entry) => stored.history.findLast(({ type }) => type === entry.type) ?? entry);
}

function pick(
  entry: HistoryEntry,
  missing: readonly HistoryEntry[],
  written: readonly OrderRecordHistory[],
  stored: OrderRecord,
): OrderRecordHistory {
  const index = missing.indexOf(entry);
  const found = index >= 0 ? written[index] : stored.history.find(({ type }) => type === entry.type);
  if (!found) throw new Error(`history key ${keyOf(entry)} has no entry`);
  return found;
}
