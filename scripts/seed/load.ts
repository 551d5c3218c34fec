import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { argon2id } from 'hash-wasm';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Endpoints } from '../start/state';
import { catalogue, type DemoProduct } from './catalogue';
import { pastOrders, type PastOrder } from './past-orders';
import { demoUsers, type DemoUser } from './people';
import { drawPicture } from './picture';
import { rebuildLiveStock, rebuildSearchIndex } from '../lib/rebuild-projections';

export const demoPassword = 'yorozu-demo';

const aws = (
  endpoints: Endpoints,
): { region: string; endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } } => ({
  region: 'ap-northeast-1',
  endpoint: endpoints.aws,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/**
 * Loads the demo shop: catalogue, pictures, stock, people and two years of orders. What is there already is brought
 * up to date, except stock, which only moves by reservations and receipts.
 */
export async function loadDemoData(
  endpoints: Endpoints,
  options: { readonly onlyIfEmpty: boolean; readonly log: (line: string) => void },
): Promise<void> {
  const client = new pg.Client({ connectionString: endpoints.postgres });
  await client.connect();
  try {
    const imageUrl = (product: DemoProduct): string =>
      `${endpoints.aws}/ecommerce-images/${product.imageKey}`;
    if (options.onlyIfEmpty && (await isLoaded(client, imageUrl))) {
      // An index of an earlier version of the shop, or one that lost something, is brought up to date.
      await rebuildSearchIndex(client, endpoints.opensearch);
      return;
    }
    const startedAt = Date.now();
    const products = catalogue();
    const users = demoUsers();
    const orders = pastOrders(users, products, new Date());
    await Promise.all([
      uploadPictures(endpoints, products),
      writeOrders(endpoints, orders),
      writeTables(client, products, users, popularity(orders), imageUrl).then(() =>
        fillProjections(endpoints, client),
      ),
    ]);
    options.log(
      `demo data: ${products.length} products, ${orders.length} past orders (${Date.now() - startedAt} ms)`,
    );
  } finally {
    await client.end();
  }
}

/** In the database and in the local cloud: either may be another than last time (DATABASE_URL, `--reset`). */
async function isLoaded(client: pg.Client, imageUrl: (product: DemoProduct) => string): Promise<boolean> {
  const [first] = catalogue();
  if (!first) return true;
  const { rowCount } = await client.query('select 1 from products where id = $1', [first.id]);
  return rowCount === 1 && (await fetch(imageUrl(first), { method: 'HEAD' })).ok;
}

function popularity(orders: readonly PastOrder[]): ReadonlyMap<string, number> {
  const sold = new Map<string, number>();
  for (const { order } of orders) {
    if (order.status !== 'completed') continue;
    for (const item of order.items)
      sold.set(item.product_id, (sold.get(item.product_id) ?? 0) + item.quantity);
  }
  return sold;
}

/** One transaction: either the shop is there or it is empty. */
async function writeTables(
  client: pg.Client,
  products: readonly DemoProduct[],
  users: readonly DemoUser[],
  sold: ReadonlyMap<string, number>,
  imageUrl: (product: DemoProduct) => string,
): Promise<void> {
  await client.query('begin');
  await client.query(
    `insert into products (id, name, description, name_en, description_en, price, currency, category, image_url, popularity, created_at, updated_at)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::text[], $8::text[], $9::text[], $10::int[], $11::timestamptz[], $11::timestamptz[])
     on conflict (id) do update set name = excluded.name, description = excluded.description, name_en = excluded.name_en,
       description_en = excluded.description_en, price = excluded.price, category = excluded.category,
       image_url = excluded.image_url, popularity = excluded.popularity, deleted_at = null, updated_at = now()`,
    [
      products.map((p) => p.id),
      products.map((p) => p.name),
      products.map((p) => p.description),
      products.map((p) => p.nameEn),
      products.map((p) => p.descriptionEn),
      products.map((p) => p.price),
      products.map(() => 'JPY'),
      products.map((p) => p.category),
      products.map(imageUrl),
      products.map((p) => sold.get(p.id) ?? 0),
      products.map((p) => p.createdAt.toISOString()),
    ],
  );
  const stocked = [products.map((p) => p.id), products.map((p) => p.stock)];
  await client.query(
    `insert into stock (product_id, quantity, reserved) select id, quantity, 0 from unnest($1::uuid[], $2::int[]) as s(id, quantity)
     on conflict (product_id) do nothing`,
    stocked,
  );
  await client.query(
    `insert into stock_receipts (reference, product_id, quantity)
     select 'initial:' || id, id, quantity from unnest($1::uuid[], $2::int[]) as s(id, quantity) where quantity > 0
     on conflict (reference) do nothing`,
    stocked,
  );
  await writeUsers(client, users);
  await client.query('commit');
}

async function writeUsers(client: pg.Client, users: readonly DemoUser[]): Promise<void> {
  const hash = await argon2id({
    password: demoPassword,
    salt: randomBytes(16),
    parallelism: 1,
    iterations: 2,
    memorySize: 19_456,
    hashLength: 32,
    outputType: 'encoded',
  });
  await client.query(
    `insert into users (id, email, password_hash, name, locale)
     select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
     on conflict (id) do update set password_hash = excluded.password_hash, name = excluded.name`,
    [
      users.map((u) => u.id),
      users.map((u) => u.email),
      users.map((u) => (u.signsIn ? hash : null)),
      users.map((u) => u.name),
      users.map(() => 'ja'),
    ],
  );
  const roles = users.flatMap((user) => user.roles.map((role) => ({ id: user.id, role })));
  await client.query(
    `insert into user_roles (user_id, role) select * from unnest($1::uuid[], $2::text[]) on conflict do nothing`,
    [roles.map((r) => r.id), roles.map((r) => r.role)],
  );
}

async function fillProjections(endpoints: Endpoints, client: pg.Client): Promise<void> {
  await rebuildSearchIndex(client, endpoints.opensearch);
  await rebuildLiveStock(client, endpoints.redis);
}

async function uploadPictures(endpoints: Endpoints, products: readonly DemoProduct[]): Promise<void> {
  const client = new S3Client({ ...aws(endpoints), forcePathStyle: true });
  await inParallel(32, products, (product) =>
    client.send(
      new PutObjectCommand({
        Bucket: 'ecommerce-images',
        Key: product.imageKey,
        Body: drawPicture(product),
        ContentType: 'image/svg+xml',
        CacheControl: 'public, max-age=86400',
      }),
    ),
  );
  client.destroy();
}

async function writeOrders(endpoints: Endpoints, orders: readonly PastOrder[]): Promise<void> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(aws(endpoints)), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const items = [
    ...orders.map(({ order }) => ({ table: 'ecommerce-orders', item: order })),
    ...orders.flatMap(({ payment }) => (payment ? [{ table: 'ecommerce-payments', item: payment }] : [])),
  ];
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, index) =>
    items.slice(index * 25, index * 25 + 25),
  );
  await inParallel(8, batches, async (batch) => {
    let pending: BatchWriteCommand['input']['RequestItems'] = {};
    for (const { table, item } of batch) (pending[table] ??= []).push({ PutRequest: { Item: item } });
    while (pending && Object.keys(pending).length > 0) {
      pending = (await client.send(new BatchWriteCommand({ RequestItems: pending }))).UnprocessedItems;
    }
  });
  client.destroy();
}

async function inParallel<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
