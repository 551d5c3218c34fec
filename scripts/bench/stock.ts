import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Pool as HttpPool } from 'undici';

/**
 * Reservations of one hot product per second, beside what the same Postgres does with the row directly.
 *
 *   STOCK_SERVICE_URL=... DATABASE_URL=... npx tsx scripts/bench/stock.ts
 *
 * Clients are closed loops in this process, each with a connection of its own. BENCH_SECONDS (3) is the length of a run,
 * BENCH_CLIENTS (1,16,64) the numbers of clients. Makes its own products, hidden from the shop, and removes every row
 * it caused.
 */
interface Run {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** One operation of one client; answers how many reservations it made. */
type Operation = () => Promise<number>;

interface Started {
  readonly operations: readonly Operation[];
  readonly stop: () => Promise<void>;
}

interface Contender {
  readonly name: string;
  start(clients: number): Promise<Started>;
}

const runs = 3;
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
/** Long enough for V8 to have compiled the service's hot path. */
const warmUpMs = 5_000;
const levels = (process.env.BENCH_CLIENTS ?? '1,16,64').split(',').map(Number);
const groupSize = 50;
const plenty = 2_000_000_000;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

async function measure(operations: readonly Operation[], ms: number): Promise<Run> {
  const latencies: number[] = [];
  let done = 0;
  const begin = performance.now();
  const end = begin + ms;
  await Promise.all(
    operations.map(async (operation) => {
      for (let now = performance.now(); now < end;) {
        const made = await operation();
        done += made;
        const after = performance.now();
        latencies.push(after - now);
        now = after;
      }
    }),
  );
  const elapsed = (performance.now() - begin) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
  return { perSecond: done / elapsed, p50: at(0.5), p99: at(0.99) };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function contend(contender: Contender, clients: number): Promise<Run> {
  const { operations, stop } = await contender.start(clients);
  try {
    await measure(operations, warmUpMs);
    const results: Run[] = [];
    for (let run = 0; run < runs; run += 1) results.push(await measure(operations, seconds * 1_000));
    const middle = (key: keyof Run): number => median(results.map((result) => result[key]));
    return { perSecond: middle('perSecond'), p50: middle('p50'), p99: middle('p99') };
  } finally {
    await stop();
  }
}

function throughService(url: string, productId: string): Contender {
  return {
    name: 'stock-service',
    start: async (clients) => {
      const http = new HttpPool(url, { connections: clients, pipelining: 1 });
      const reserve = (): Promise<number> =>
        post(http, {
          orderId: randomUUID(),
          items: [{ productId, quantity: 1 }],
          ttlSeconds: 900,
        });
      return { operations: Array.from({ length: clients }, () => reserve), stop: () => http.close() };
    },
  };
}

/** undici's dispatch without the streams and promises of its request(): the client must not be what is measured. */
function post(http: HttpPool, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    http.dispatch(
      {
        path: '/reservations',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
      {
        onRequestStart: () => undefined,
        onResponseStart: (_controller, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => (status === 201 ? resolve(1) : reject(new Error(`answered ${status}`))),
        onResponseError: (_controller, error) => reject(error),
      },
    );
  });
}

async function connections(url: string, count: number): Promise<pg.Client[]> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: url }));
  await Promise.all(clients.map((client) => client.connect()));
  return clients;
}

function direct(name: string, url: string, operation: (client: pg.Client) => Promise<number>): Contender {
  return {
    name,
    start: async (clients) => {
      const opened = await connections(url, clients);
      return {
        operations: opened.map((client) => () => operation(client)),
        stop: async () => void (await Promise.all(opened.map((client) => client.end()))),
      };
    },
  };
}

function oneByOne(url: string, productId: string): Contender {
  return direct('one by one', url, async (client) => {
    await client.query({
      name: 'one',
      text: 'update stock set reserved = reserved + 1 where product_id = $1 and quantity - reserved >= 1',
      values: [productId],
    });
    return 1;
  });
}

function grouped(url: string, productId: string): Contender {
  return direct(`grouped by ${groupSize}`, url, async (client) => {
    await client.query({
      name: 'group',
      text: `with taken as (
               update stock set reserved = reserved + $2 where product_id = $1 and quantity - reserved >= $2 returning 1)
             insert into stock_reservations (order_id, product_id, quantity, expires_at)
             select gen_random_uuid(), $1, 1, now() + interval '15 minutes' from taken, generate_series(1, $2)`,
      values: [productId, groupSize],
    });
    return groupSize;
  });
}

async function createProduct(db: pg.Client): Promise<string> {
  const id = randomUUID();
  await db.query(
    `with product as (
       insert into products (id, name, price, category, deleted_at) values ($1, 'Benchmark', 1, 'benchmark', now()) returning id),
     receipt as (insert into stock_receipts (reference, product_id, quantity) values ('initial:' || $1, $1, $2))
     select 1`,
    [id, plenty],
  );
  await db.query('insert into stock (product_id, quantity) values ($1, $2)', [id, plenty]);
  return id;
}

/** Events go first, so that as few as possible are still published about what is removed. */
async function removeProducts(db: pg.Client, ids: readonly string[]): Promise<void> {
  await db.query(
    `delete from stock_outbox where published_at is null and detail->>'productId' = any($1::text[])`,
    [ids],
  );
  for (const table of ['stock', 'stock_reservations', 'stock_receipts']) {
    await db.query(`delete from ${table} where product_id = any($1::uuid[])`, [ids]);
  }
  await db.query('delete from products where id = any($1::uuid[])', [ids]);
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

async function main(): Promise<void> {
  const [url, databaseUrl] = [required('STOCK_SERVICE_URL'), required('DATABASE_URL')];
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  const products = [await createProduct(db), await createProduct(db), await createProduct(db)] as const;
  process.once('SIGINT', () => {
    void removeProducts(db, products).finally(() => process.exit(130));
  });
  const table = [
    ['clients', 'contender', 'reservations/s', 'p50 ms', 'p99 ms', 'x one by one', '% of grouped'],
  ];
  try {
    for (const clients of levels) {
      const contenders = [
        throughService(url, products[0]),
        oneByOne(databaseUrl, products[1]),
        grouped(databaseUrl, products[2]),
      ];
      const results: Run[] = [];
      for (const contender of contenders) results.push(await contend(contender, clients));
      const [single, group] = [results[1]?.perSecond ?? 0, results[2]?.perSecond ?? 0];
      contenders.forEach(({ name }, index) => {
        const run = results[index];
        if (!run) return;
        table.push([
          String(clients),
          name,
          whole(run.perSecond),
          run.p50.toFixed(2),
          run.p99.toFixed(2),
          (run.perSecond / single).toFixed(1),
          ((100 * run.perSecond) / group).toFixed(0),
        ]);
      });
    }
    console.log(`One hot product; medians of ${runs} runs of ${seconds} s after a warm-up.\n`);
    printTable(table);
  } finally {
    await removeProducts(db, products);
    await db.end();
  }
}

await main();
