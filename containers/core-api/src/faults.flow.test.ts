import { randomUUID } from 'node:crypto';
import { stopBackends, stopRedis } from '../../../scripts/lib/stopped';
import { Harness, orderBody } from './testing/harness';

let harness: Harness;
let token: string;
let productId: string;
beforeAll(async () => {
  harness = await Harness.start();
  productId = await harness.addProduct();
  ({ token } = await harness.signIn());
});
afterAll(() => harness.stop());

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const started = Date.now();
  return { result: await work(), ms: Date.now() - started };
}

const order = async () => {
  const headers = { 'idempotency-key': randomUUID() };
  return (await harness.call('/api/orders', { token, headers, body: orderBody(productId) })).status;
};
const orders = (count: number) => Promise.all(Array.from({ length: count }, order));
const failing = async () =>
  (await harness.call('/health/ready'))
    .json<{ failing: string[] }>()
    .failing.filter((name) => name !== 'dynamodb');

describe('silent connections to Postgres', () => {
  it('delay orders for at most 3 s, and only once, where they are two; Postgres stays ready', async () => {
    await orders(12);
    await Promise.all(
      Array.from({ length: 4 }, () => harness.resources.postgres.query('select pg_sleep(0.05)')),
    );
    const stopped = await stopBackends(harness.resources.env.DATABASE_URL, 'core-api', 2);
    try {
      expect(stopped.pids).toHaveLength(2);
      // A user nobody has seen yet, so that every statement of an order is sent.
      ({ token } = await harness.signIn());
      const first = await timed(() => orders(11));
      expect(first.result).toEqual(Array(11).fill(202));
      expect(first.ms).toBeLessThan(3_000);
      expect(await failing()).toEqual([]);
      const later = await timed(() => orders(11));
      expect(later.result).toEqual(Array(11).fill(202));
      expect(later.ms).toBeLessThan(500);
    } finally {
      stopped.resume();
    }
  });

  it('may be all of them, and what was given up leaves no second order when it is carried out late', async () => {
    const key = randomUUID();
    const place = () =>
      harness.call('/api/orders', { token, headers: { 'idempotency-key': key }, body: orderBody(productId) });
    await order();
    const stopped = await stopBackends(harness.resources.env.DATABASE_URL, 'core-api');
    const first = await timed(place).finally(() => stopped.resume());
    expect([first.result.status, first.ms < 3_500]).toEqual([202, true]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const again = await place();
    expect([again.status, again.text]).toEqual([202, first.result.text]);
    const { rows } = await harness.resources.postgres.query(
      'select 1 from outbox o join idempotency_keys k on o.aggregate_id = k.order_id::text where k.key = $1',
      [key],
    );
    expect(rows).toHaveLength(1);
  });
});

it('is not ready while every connection is taken, and says so every time; it lives', async () => {
  const taken = await Promise.all(Array.from({ length: 16 }, () => harness.resources.postgres.connect()));
  try {
    for (let i = 0; i < 2; i += 1) {
      const { result, ms } = await timed(() => harness.call('/health/ready'));
      expect([result.status, result.headers.get('retry-after')]).toEqual([503, '1']);
      expect(result.json()).toMatchObject({ checks: { postgres: { status: 'down', error: 'TIMEOUT' } } });
      expect(ms).toBeLessThan(3_000);
    }
    expect((await harness.call('/health/live')).status).toBe(200);
  } finally {
    for (const client of taken) client.release();
  }
  expect(await failing()).toEqual([]);
});

it('answers 503 with retry-after where a statement waits for a lock for too long', async () => {
  const blocker = await harness.resources.postgres.connect();
  await blocker.query('begin; lock table users in access exclusive mode');
  try {
    const visitor = await harness.sign({ sub: randomUUID() });
    const answer = await harness.call('/api/users/me', { token: visitor });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  } finally {
    await blocker.query('rollback');
    blocker.release();
  }
});

describe('a silent Redis', () => {
  it('holds up no request, and stock is current soon after', async () => {
    await harness.call('/api/products');
    const stopped = await stopRedis(harness.resources.env.REDIS_URL);
    try {
      const answers = await timed(() => Promise.all([order(), order(), order()]));
      expect(answers.result).toEqual([202, 202, 202]);
      expect(answers.ms).toBeLessThan(1_500);
      expect(await failing()).toEqual(['redis']);
    } finally {
      stopped.resume();
    }
    for (const end = Date.now() + 10_000; (await failing()).length > 0 && Date.now() < end;);
    expect(await failing()).toEqual([]);
  });
});
