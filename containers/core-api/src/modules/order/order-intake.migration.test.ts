import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startTestPostgres } from '../../../../../scripts/lib/postgres';
import older from '../../../../../events/schemas/older/order-created.1.json';
import { migrate } from '../../migrations';

const file = join(__dirname, '../../../migrations/20261126000020_order_intake.sql');
const [up = '', down = ''] = readFileSync(file, 'utf8').split('-- Down Migration');

let postgres: Awaited<ReturnType<typeof startTestPostgres>>;
let client: pg.Client;

beforeAll(async () => {
  postgres = await startTestPostgres();
  await migrate(postgres.url);
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await postgres.stop();
});

test('orders accepted before keep their intake; events that were published lose what is personal', async () => {
  await client.query(down);
  const [detail] = older.examples;
  const ids = ['019a2f4e-7c10-7a3b-9d55-000000000001', '019a2f4e-7c10-7a3b-9d55-000000000002'];
  for (const [index, orderId] of ids.entries()) {
    await client.query(
      `insert into outbox (event_id, source, detail_type, detail, aggregate_id, user_id, published_at)
       values (gen_random_uuid(), 'core-api.orders', 'OrderCreated', $1, $2, $3, $4)`,
      [{ ...detail, orderId }, orderId, detail?.userId, index === 0 ? new Date() : null],
    );
  }
  await client.query(up);
  const { rows: intakes } = await client.query<{ order_id: string; payment_token: string }>(
    `select order_id, payment_token, customer->>'email' as email, total_amount::int, shipping_address->>'city' as city
     from order_intake order by order_id`,
  );
  const { customer, shippingAddress, totalAmount } = detail as NonNullable<typeof detail>;
  expect(intakes).toEqual(
    ids.map((order_id) => ({
      order_id,
      payment_token: 'tok_visa',
      email: customer.email,
      total_amount: totalAmount,
      city: shippingAddress.city,
    })),
  );
  const { rows } = await client.query<{ detail: object }>('select detail from outbox order by aggregate_id');
  expect(rows.map((row) => 'customer' in row.detail)).toEqual([false, true]);
  expect(JSON.stringify(rows[0])).not.toMatch(/山田|tok_visa|千代田/);
});
