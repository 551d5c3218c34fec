import { Inject, Injectable } from '@nestjs/common';
import { Batcher } from '../../platform/batcher';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import { UnavailableError } from '../../platform/errors';
import type { OrderIntake, OrderKey } from './order';
import type { AcceptedOrder, IdempotencyRecord, NewOrder, PersonalPart } from './place-order';

interface KeyRow {
  user_id: string;
  key: string;
  request_hash: string;
  response: AcceptedOrder;
}

interface IntakeRow {
  order_id: string;
  items: OrderIntake['items'];
  /** bigint */
  total_amount: string;
  currency: string;
  shipping_address: Record<string, string>;
  created_at: Date;
}

const intakeColumns = 'order_id, items, total_amount, currency, shipping_address, created_at';

/**
 * One statement, and so one transaction and one round trip, for many orders: a key is claimed or not, and only an order
 * whose key was claimed gets its intake and its event. Keys are claimed in a fixed order, so that two batches cannot deadlock.
 */
const acceptStatement = `
with input as (
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[], $10::jsonb[])
    as i (user_id, key, request_hash, order_id, response, event_id, source, detail_type, detail, personal)
), claimed as (
  insert into idempotency_keys (user_id, key, request_hash, order_id, status_code, response, items)
  select user_id, key, request_hash, order_id, 202, response, detail -> 'items' from input order by user_id, key
  on conflict (user_id, key) do nothing
  returning order_id
), kept as (
  insert into order_intake (order_id, user_id, items, total_amount, currency, created_at, shipping_address, customer, payment_token)
  select i.order_id, i.user_id, i.detail->'items', (i.detail->>'totalAmount')::bigint, i.detail->>'currency',
         (i.detail->>'timestamp')::timestamptz, i.personal->'shippingAddress', i.personal->'customer', i.personal->>'paymentToken'
  from input i join claimed c on c.order_id = i.order_id
), queued as (
  insert into outbox (event_id, source, detail_type, detail, aggregate_id, user_id)
  select i.event_id, i.source, i.detail_type, i.detail, i.order_id::text, i.user_id
  from input i join claimed c on c.order_id = i.order_id
)
select c.order_id from claimed c cross join (select pg_notify('outbox', '')) as woken`;

/** Accepted orders as Postgres knows them: idempotency keys, and intakes until the order's record is certain. */
@Injectable()
export class OrderIntakeRepository {
  private readonly inserts = new Batcher<NewOrder, IdempotencyRecord>({
    run: (orders) => this.acceptAll(orders),
    maxSize: 64,
    concurrency: 2,
  });

  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  accept(order: NewOrder): Promise<IdempotencyRecord> {
    return this.inserts.add(order);
  }

  async find(userId: string, key: string): Promise<IdempotencyRecord | undefined> {
    return (await this.findKeys([{ userId, key }])).get(nameOf(userId, key));
  }

  /** Deletes keys older than that, a bounded number at a time so that no statement holds many locks for long. */
  async forgetKeys(days: number): Promise<number> {
    let forgotten = 0;
    for (;;) {
      const { rowCount } = await this.pool.query(
        `delete from idempotency_keys where (user_id, key) in (
           select user_id, key from idempotency_keys where created_at < now() - make_interval(days => $1)
           limit 10000 for update skip locked)`,
        [days],
      );
      if (!rowCount) return forgotten;
      forgotten += rowCount;
    }
  }

  /** An accepted order, if it is this user's. */
  async findIntake(userId: string, orderId: string): Promise<OrderIntake | undefined> {
    const { rows } = await this.pool.query<IntakeRow>({
      name: 'order-intake',
      text: `select ${intakeColumns} from order_intake where user_id = $1 and order_id = $2`,
      values: [userId, orderId],
    });
    return rows[0] && intakeOf(rows[0]);
  }

  /** A user's newest accepted orders, older than `before` where that is given. */
  async listIntakes(userId: string, limit: number, before: string | undefined): Promise<OrderIntake[]> {
    const { rows } = await this.pool.query<IntakeRow>({
      name: 'order-intakes',
      text: `select ${intakeColumns} from order_intake
             where user_id = $1 and ($3::uuid is null or order_id < $3) order by order_id desc limit $2`,
      values: [userId, limit, before ?? null],
    });
    return rows.map(intakeOf);
  }

  /** What the events of these orders do not carry, as long as it is kept. */
  async findPersonal(orderIds: readonly string[]): Promise<(PersonalPart & { orderId: string })[]> {
    const { rows } = await this.pool.query<PersonalPart & { orderId: string }>({
      name: 'order-intake-personal',
      text: `select order_id as "orderId", shipping_address as "shippingAddress", customer, payment_token as "paymentToken"
             from order_intake where order_id = any($1::uuid[])`,
      values: [orderIds],
    });
    return rows;
  }

  /** Keys of intakes older than `minimumAge` seconds that come after `after`, in the order of the ids. */
  async listOld(minimumAge: number, limit: number, after: string | undefined): Promise<OrderKey[]> {
    const { rows } = await this.pool.query<OrderKey>({
      name: 'old-order-intakes',
      text: `select user_id as "userId", order_id as "orderId" from order_intake
             where created_at < now() - make_interval(secs => $1) and ($3::uuid is null or order_id > $3)
             order by order_id limit $2`,
      values: [minimumAge, limit, after ?? null],
    });
    return rows;
  }

  async forgetIntakes(orderIds: readonly string[]): Promise<void> {
    await this.pool.query('delete from order_intake where order_id = any($1::uuid[])', [orderIds]);
  }

  /** Answers how many there were. */
  async forgetIntakesOlderThan(days: number): Promise<number> {
    const { rowCount } = await this.pool.query(
      'delete from order_intake where created_at < now() - make_interval(days => $1)',
      [days],
    );
    return rowCount ?? 0;
  }

  private async acceptAll(orders: readonly NewOrder[]): Promise<IdempotencyRecord[]> {
    const { rows } = await this.pool.query<{ order_id: string }>({
      name: 'accept-orders',
      text: acceptStatement,
      values: [
        orders.map((order) => order.userId),
        orders.map((order) => order.key),
        orders.map((order) => order.record.requestHash),
        orders.map((order) => order.record.response.orderId),
        orders.map((order) => JSON.stringify(order.record.response)),
        orders.map((order) => order.event.eventId),
        orders.map((order) => order.event.source),
        orders.map((order) => order.event.detailType),
        orders.map((order) => JSON.stringify(order.event.detail)),
        orders.map((order) => JSON.stringify(order.personal)),
      ],
    });
    const claimed = new Set(rows.map((row) => row.order_id));
    const others = orders.filter((order) => !claimed.has(order.record.response.orderId));
    const earlier = others.length === 0 ? new Map<string, IdempotencyRecord>() : await this.findKeys(others);
    return orders.map((order) => {
      if (claimed.has(order.record.response.orderId)) return order.record;
      const record = earlier.get(nameOf(order.userId, order.key));
      if (record === undefined) throw new UnavailableError('The order could not be recorded, try again');
      return record;
    });
  }

  private async findKeys(
    keys: readonly { userId: string; key: string }[],
  ): Promise<Map<string, IdempotencyRecord>> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'idempotency-keys',
      text: `select k.user_id, k.key, k.request_hash, k.response from idempotency_keys k
             join unnest($1::uuid[], $2::text[]) as wanted (user_id, key) using (user_id, key)`,
      values: [keys.map((one) => one.userId), keys.map((one) => one.key)],
    });
    return new Map(
      rows.map((row) => {
        // jsonb does not keep the order of members; a repeated answer is the same to the byte all the same.
        const { orderId, status, totalAmount, currency } = row.response;
        const response = { orderId, status, totalAmount, currency };
        return [nameOf(row.user_id, row.key), { requestHash: row.request_hash, response }];
      }),
    );
  }
}

function nameOf(userId: string, key: string): string {
  return `${userId} ${key}`;
}

function intakeOf(row: IntakeRow): OrderIntake {
  return {
    orderId: row.order_id,
    items: row.items,
    totalAmount: Number(row.total_amount),
    currency: row.currency,
    shippingAddress: row.shipping_address,
    createdAt: row.created_at.toISOString(),
  };
}
