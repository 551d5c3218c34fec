import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { runner } from 'node-pg-migrate';
import type { Queryable } from '@yorozu/postgres';

/** Creates the tables in an empty test database. */
export async function createSchema(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: join(__dirname, '../../../core-api/migrations'),
    direction: 'up',
    migrationsTable: 'schema_migrations',
    count: Infinity,
    log: () => undefined,
  });
}

/** A product without stock. */
export async function createProduct(pool: Queryable): Promise<string> {
  const id = randomUUID();
  await pool.query("insert into products (id, name, price, category) values ($1, 'Test', 100, 'test')", [id]);
  return id;
}

/** A product with units that came by the receipt `initial:<id>`. */
export async function createStock(pool: Queryable, quantity: number): Promise<string> {
  const id = await createProduct(pool);
  await pool.query('insert into stock (product_id, quantity) values ($1, $2)', [id, quantity]);
  await pool.query('insert into stock_receipts (reference, product_id, quantity) values ($1, $2, $3)', [
    `initial:${id}`,
    id,
    quantity,
  ]);
  return id;
}

export interface Level {
  quantity: number;
  reserved: number;
}

export async function levelOf(pool: Queryable, productId: string): Promise<Level | undefined> {
  const { rows } = await pool.query<Level>('select quantity, reserved from stock where product_id = $1', [
    productId,
  ]);
  return rows[0];
}

/** Products that break I3: received - sold = quantity, reserved = open holds. */
export async function invariantViolations(pool: Queryable): Promise<unknown[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select s.*, received, sold, held from stock s
     left join lateral (select coalesce(sum(quantity), 0) as received from stock_receipts r where r.product_id = s.product_id) a on true
     left join lateral (select coalesce(sum(quantity) filter (where state = 'committed'), 0) as sold,
                               coalesce(sum(quantity) filter (where state = 'held'), 0) as held
                        from stock_reservations r where r.product_id = s.product_id) b on true
     where received - sold <> s.quantity or held <> s.reserved or s.reserved > s.quantity`,
  );
  return rows;
}
