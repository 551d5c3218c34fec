import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { startTestPostgres } from '../../../../scripts/lib/postgres';
import { connectDatabase, type Database } from '../database';
import { createProduct, createSchema, createStock, invariantViolations, levelOf } from '../testing/database';
import { Random } from '../testing/random';
import { DomainError } from './errors';
import { GroupQueue } from './group-queue';
import { applyGroup, type Availability } from './group-transaction';
import { canonicalLines, type Outcome, type StockRequest } from './requests';

const logger = pino({ level: 'silent' });
const trace = { correlationId: 'test' };

let postgres: { url: string; stop(): Promise<void> };
let instances: Instance[];
let pool: Pool;

/** What one process of the service has. */
interface Instance {
  readonly database: Database;
  readonly queue: GroupQueue;
  readonly failures: unknown[];
  readonly availabilities: Availability[];
}

function createInstance(): Instance {
  const database = connectDatabase(postgres.url, logger);
  const failures: unknown[] = [];
  const availabilities: Availability[] = [];
  const queue = new GroupQueue({
    apply: (requests) => applyGroup(database.writer, requests),
    onChanged: (changed) => availabilities.push(...changed),
    onFailure: (error) => failures.push(error),
  });
  return { database, queue, failures, availabilities };
}

beforeAll(async () => {
  postgres = await startTestPostgres();
  await createSchema(postgres.url);
  instances = [createInstance(), createInstance(), createInstance()];
  pool = first().database.general;
});

afterAll(async () => {
  await Promise.all(instances.map(({ database }) => database.close()));
  await postgres.stop();
});

function first(): Instance {
  const [instance] = instances;
  if (!instance) throw new Error('no instance');
  return instance;
}

const reserve = (
  orderId: string,
  items: { productId: string; quantity: number }[],
  ttlSeconds = 60,
): StockRequest => ({
  kind: 'reserve',
  orderId,
  lines: canonicalLines(items),
  ttlSeconds,
  trace,
});
const ask = (kind: 'commit' | 'release' | 'expire', orderId: string): StockRequest => ({
  kind,
  orderId,
  trace,
});

/** The state or the code a request ended with. */
async function submit(queue: GroupQueue, request: StockRequest): Promise<string> {
  return queue.submit(request).then(
    (outcome: Outcome) => (outcome.kind === 'reservation' ? outcome.reservation.state : 'received'),
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    },
  );
}

async function eventsOf(
  orderId: string,
): Promise<{ detail_type: string; detail: Record<string, unknown> }[]> {
  const { rows } = await pool.query<{ detail_type: string; detail: Record<string, unknown> }>(
    'select detail_type, detail from stock_outbox where aggregate_id = $1 order by id',
    [orderId],
  );
  return rows;
}

describe('a reservation', () => {
  it('is kept, committed and undone in the database, each with its events', async () => {
    const [a, b] = [await createStock(pool, 10), await createStock(pool, 10)];
    const orderId = randomUUID();
    const { queue } = first();
    const items = [
      { productId: a, quantity: 2 },
      { productId: b, quantity: 3 },
    ];
    expect(await submit(queue, reserve(orderId, items))).toBe('held');
    expect(await levelOf(pool, a)).toEqual({ quantity: 10, reserved: 2 });
    expect(await submit(queue, ask('commit', orderId))).toBe('committed');
    expect(await levelOf(pool, b)).toEqual({ quantity: 7, reserved: 0 });
    expect(await submit(queue, ask('release', orderId))).toBe('released');
    expect(await levelOf(pool, b)).toEqual({ quantity: 10, reserved: 0 });
    expect(await submit(queue, reserve(orderId, items))).toBe('RESERVATION_RELEASED');

    const events = await eventsOf(orderId);
    const ofA = events.filter((event) => event.detail.productId === a);
    expect(
      ofA.map(({ detail_type, detail }) => [detail_type, detail.available, detail.reason ?? null]),
    ).toEqual([
      ['StockReserved', 8, null],
      ['StockUpdated', 8, 'deducted'],
      ['StockReleased', 10, 'compensation'],
    ]);
    expect(events).toHaveLength(6);
    expect(await invariantViolations(pool)).toEqual([]);
  });

  it('is decided once when the same order is asked for in several instances at once', async () => {
    const product = await createStock(pool, 100);
    const orders = Array.from({ length: 40 }, () => randomUUID());
    const kinds = orders.flatMap((orderId) =>
      instances.flatMap(({ queue }) => [
        submit(queue, reserve(orderId, [{ productId: product, quantity: 1 }])),
        submit(queue, ask('release', orderId)),
      ]),
    );
    await Promise.all(kinds);
    expect(await levelOf(pool, product)).toEqual({ quantity: 100, reserved: 0 });
    expect(instances.flatMap(({ failures }) => failures)).toEqual([]);
    expect(await invariantViolations(pool)).toEqual([]);
  });

  it('leaves nothing behind when Postgres refuses the group', async () => {
    const product = await createStock(pool, 5);
    const orderId = randomUUID();
    const tooLong = 1e15; // an expiry outside the range of timestamptz
    const { database } = first();
    const group = [
      reserve(randomUUID(), [{ productId: product, quantity: 1 }]),
      reserve(orderId, [{ productId: product, quantity: 1 }], tooLong),
    ];
    await expect(applyGroup(database.writer, group)).rejects.toThrow();
    expect(await levelOf(pool, product)).toEqual({ quantity: 5, reserved: 0 });
    const settled = await Promise.allSettled(group.map((request) => first().queue.submit(request)));
    expect(settled.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
    expect(await levelOf(pool, product)).toEqual({ quantity: 5, reserved: 1 });
  });
});

describe('many buyers', () => {
  it('sells exactly what is there', async () => {
    const product = await createStock(pool, 20);
    instances.forEach(({ failures }) => failures.splice(0));
    const results = await Promise.all(
      Array.from({ length: 120 }, (_, index) => {
        const instance = instances[index % instances.length] ?? first();
        return submit(instance.queue, reserve(randomUUID(), [{ productId: product, quantity: 1 }]));
      }),
    );
    expect(results.filter((result) => result === 'held')).toHaveLength(20);
    expect(results.filter((result) => result === 'OUT_OF_STOCK')).toHaveLength(100);
    expect(await levelOf(pool, product)).toEqual({ quantity: 20, reserved: 20 });
    expect(instances.flatMap(({ failures }) => failures)).toEqual([]);
  });

  it('never deadlock, whatever order their items are in and whichever instance they reach', async () => {
    const random = new Random(20);
    const products = await Promise.all(Array.from({ length: 12 }, () => createStock(pool, 400)));
    instances.forEach(({ failures }) => failures.splice(0));
    const buyer = async (): Promise<void> => {
      for (let round = 0; round < 12; round += 1) {
        const orderId = randomUUID();
        const items = random
          .shuffle(products)
          .slice(0, 1 + random.below(8))
          .map((productId) => ({ productId, quantity: 1 + random.below(3) }));
        const { queue } = random.pick(instances);
        const held = await submit(queue, { ...reserve(orderId, items) });
        if (held !== 'held') continue;
        const end = random.pick(['commit', 'release', 'expire'] as const);
        await Promise.all([
          submit(queue, ask(end, orderId)),
          submit(random.pick(instances).queue, ask(end, orderId)),
        ]);
      }
    };
    await Promise.all(Array.from({ length: 60 }, buyer));
    expect(instances.flatMap(({ failures }) => failures)).toEqual([]);
    expect(await invariantViolations(pool)).toEqual([]);
  });
});

it('applies everything once while Postgres ends its connections', async () => {
  const product = await createStock(pool, 1_000);
  const { queue, database } = first();
  const orders = Array.from({ length: 200 }, () => randomUUID());
  const reservations = orders.map(async (orderId, index) => {
    await new Promise((resolve) => setTimeout(resolve, index));
    for (;;) {
      const result = await submit(queue, reserve(orderId, [{ productId: product, quantity: 1 }]));
      // All attempts of a group may hit a killed connection; callers try again then, as the saga does.
      if (result !== 'STOCK_UNAVAILABLE') return result;
    }
  });
  const killing = (async () => {
    for (let round = 0; round < 5; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      await database.general.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name = 'stock-service writer'`,
      );
    }
  })();
  expect(new Set(await Promise.all(reservations))).toEqual(new Set(['held']));
  await killing;
  expect(await levelOf(pool, product)).toEqual({ quantity: 1_000, reserved: 200 });
  expect(await invariantViolations(pool)).toEqual([]);
});

describe('a receipt', () => {
  it('is booked once, makes the first stock row of a product, and needs a product', async () => {
    const [known, unknown] = [await createProduct(pool), randomUUID()];
    const reference = `PO-${randomUUID()}`;
    const receive = (productId: string, quantity: number, by = reference): StockRequest => ({
      kind: 'receive',
      reference: by,
      productId,
      quantity,
      trace,
    });
    expect(await submit(first().queue, receive(unknown, 5))).toBe('PRODUCT_NOT_FOUND');
    const results = await Promise.all(instances.map(({ queue }) => submit(queue, receive(known, 5))));
    expect(results).toEqual(['received', 'received', 'received']);
    expect(await submit(first().queue, receive(known, 6))).toBe('RECEIPT_MISMATCH');
    expect(await levelOf(pool, known)).toEqual({ quantity: 5, reserved: 0 });
    expect(await levelOf(pool, unknown)).toBeUndefined();
    const deleted = await createProduct(pool);
    await pool.query('update products set deleted_at = now() where id = any($1)', [[known, deleted]]);
    expect(await submit(first().queue, receive(known, 5))).toBe('received');
    for (const productId of [known, deleted])
      expect(await submit(first().queue, receive(productId, 5, randomUUID()))).toBe('PRODUCT_NOT_FOUND');
    expect(await levelOf(pool, deleted)).toBeUndefined();
    expect(
      (await eventsOf(known)).map(({ detail }) => [detail.reason, detail.onHand, detail.reference]),
    ).toEqual([['received', 5, reference]]);
  });
});

it('versions the availabilities of a product in the order of their commits', async () => {
  const product = await createStock(pool, 300);
  instances.forEach(({ availabilities }) => availabilities.splice(0));
  await Promise.all(
    Array.from({ length: 300 }, async (_, index) => {
      await new Promise((resolve) => setTimeout(resolve, index % 30));
      const { queue } = instances[index % instances.length] ?? first();
      return submit(queue, reserve(randomUUID(), [{ productId: product, quantity: 1 }]));
    }),
  );
  const all = instances.flatMap(({ availabilities }) => availabilities).sort((a, b) => a.version - b.version);
  const levels = all.map(({ available }) => available);
  expect(levels).toEqual([...levels].sort((a, b) => b - a));
  expect(levels.at(-1)).toBe(0);
});
