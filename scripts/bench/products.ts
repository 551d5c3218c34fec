import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Endpoints } from '../start/state';

/** Products for a benchmark, with a receipt for their stock so that the invariants hold. Returns their ids. */
export async function addBenchProducts(
  endpoints: Endpoints,
  count: number,
  stock: number,
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const client = new pg.Client({ connectionString: endpoints.postgres });
  await client.connect();
  await client.query('begin');
  await client.query(
    `insert into products (id, name, description, name_en, description_en, price, currency, category)
     select id, '計測用の商品', '計測のための商品です。', 'Benchmark product', 'A product for measuring.', 1200, 'JPY', 'bench' from unnest($1::uuid[]) as p(id)`,
    [ids],
  );
  await client.query(
    'insert into stock (product_id, quantity, reserved) select id, $2, 0 from unnest($1::uuid[]) as p(id)',
    [ids, stock],
  );
  await client.query(
    `insert into stock_receipts (reference, product_id, quantity) select 'initial:' || id, id, $2 from unnest($1::uuid[]) as p(id)`,
    [ids, stock],
  );
  await client.query('commit');
  await client.end();
  return ids;
}
