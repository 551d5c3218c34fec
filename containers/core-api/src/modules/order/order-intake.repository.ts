import { Inject, Injectable } from '@nestjs/common';
import type { OrderCreated } from '@yorozu/events';
import { Batcher } from '../../platform/batcher';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import { UnavailableError } from '../../platform/errors';
import type { AcceptedOrder, IdempotencyRecord, NewOrder } from './place-order';

interface KeyRow {
  user_id: string;
  key: string;
  request_hash: string;
  response: AcceptedOrder;
}

/**
 * One statement, and so one transaction and one round trip, for many orders: a key is claimed or not, and only an order
 * whose key was claimed gets its event. Keys are claimed in a fixed order, so that two batches cannot deadlock.
 */
const acceptStatement = `
with input as (
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::jsonb[], $6::uuid[], $7::text[], $8::text[], $9::jsonb[])
    as i (user_id, key, request_hash, order_id, response, event_id, source, detail_type, detail)
), claimed as (
  insert into idempotency_keys (user_id, key, request_hash, order_id, status_code, response, items)
  select user_id, key, request_hash, order_id, 202, response, detail -> 'items' from input order by user_id, key
  on conflict (user_id, key) do nothing
  returning order_id
), queued as (
  insert into outbox (event_id, source, detail_type, detail, aggregate_id, user_id)
  select i.event_id, i.source, i.detail_type, i.detail, i.order_id::text, i.user_id
  from input i join claimed c on c.order_id = i.order_id
)
select c.order_id from claimed c cross join (select pg_notify('outbox', '')) as woken`;

/** Accepted orders as Postgres knows them: idempotency keys and the events in the outbox. */
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

  /** The event of an accepted order, if the order is this user's. */
  async findEvent(userId: string, orderId: string): Promise<OrderCreated | undefined> {
    const { rows } = await this.pool.query<{ detail: OrderCreated }>({
      name: 'placed-order',
      text: `select detail from outbox where user_id = $1 and aggregate_id = $2 and detail_type = 'OrderCreated'`,
      values: [userId, orderId],
    });
    return rows[0]?.detail;
  }

  /** The newest events of a user's orders, older than `before` where that is given. */
  async listEvents(userId: string, limit: number, before: string | undefined): Promise<OrderCreated[]> {
    const { rows } = await this.pool.query<{ detail: OrderCreated }>({
      name: 'placed-orders',
      text: `select detail from outbox
             where user_id = $1 and detail_type = 'OrderCreated' and ($3::text is null or aggregate_id < $3)
             order by aggregate_id desc limit $2`,
      values: [userId, limit, before ?? null],
    });
    return rows.map((row) => row.detail);
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
