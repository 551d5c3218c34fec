import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startTestPostgres } from '../../../scripts/lib/postgres';
import { migrate } from './migrations';
import { Harness } from './testing/harness';

describe('the service as a whole', () => {
  let harness: Harness;
  let stopped = false;
  beforeAll(async () => {
    harness = await Harness.start({ env: { RATE_LIMIT_FACTOR: '0.01' } });
  });
  afterAll(() => (stopped ? undefined : harness.stop()));

  it('documents every route it has, in OpenAPI 3.1, and shows it on a page', async () => {
    const document = (await harness.call('/api/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { responses: object; security?: object[] }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    const documented = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented).toEqual(
      expect.arrayContaining([
        'GET /api/products',
        'GET /api/products/{id}',
        'POST /api/products/{id}/image',
        'GET /api/categories',
        'GET /api/cart',
        'PATCH /api/cart/items/{productId}',
        'POST /api/orders',
        'POST /api/orders/{id}/cancel',
        'PATCH /api/users/me',
        'PUT /api/users/me/addresses/{id}',
        'POST /api/ws-tickets',
        'POST /api/admin/stock/{productId}/receive',
        'GET /health/ready',
      ]),
    );
    const post = document.paths['/api/orders']?.['post'];
    expect(Object.keys(post?.responses ?? {})).toEqual(['202', '400', '401', '409', '422']);
    expect(post?.security).toBeDefined();
    const page = await harness.call('/api/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('/api/orders/{id}/cancel');
    expect(page.text).not.toMatch(/<script|src=/);
  });

  it('names the dependency that fails', async () => {
    expect((await harness.call('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await harness.call('/health/ready');
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({
      status: 'unready',
      failing: ['dynamodb'],
      checks: { postgres: { status: 'up' } },
    });
  });

  it('limits how often one client may call', async () => {
    const { token } = await harness.signIn();
    const call = () => harness.call('/api/users/me', { token });
    const answers = [await call(), await call(), await call(), await call()];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
    expect(answers[3]?.json()).toMatchObject({ code: 'RATE_LIMITED' });
    expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await harness.signIn();
    expect((await harness.call('/api/users/me', other)).status).toBe(200);
  });

  it('answers what is under way when it is told to stop', async () => {
    const blocker = new Client({ connectionString: harness.resources.env.DATABASE_URL });
    await blocker.connect();
    await blocker.query('begin; lock table users in access exclusive mode');
    const token = await harness.sign({ sub: '00000000-0000-4000-8000-000000000001' });
    const slow = harness.call('/api/users/me', { token });
    await untilWaiting(blocker);
    stopped = true;
    const stopping = harness.stop();
    await blocker.query('rollback');
    await blocker.end();
    expect((await slow).status).toBe(401);
    await stopping;
    await expect(harness.call('/health/live')).rejects.toThrow();
  });
});

/** Waits until somebody waits for a lock of `client`. */
async function untilWaiting(client: Client): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query('select 1 from pg_locks where not granted');
    if (rowCount) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('migrations', () => {
  it('run once, also when two processes start at once, and hold what must never be', async () => {
    const postgres = await startTestPostgres();
    try {
      const applied = await Promise.all([migrate(postgres.url), migrate(postgres.url)]);
      const [none, all] = applied.toSorted((a, b) => a.length - b.length);
      expect(none).toEqual([]);
      const files = readdirSync(join(__dirname, '../migrations')).map((file) => file.replace(/\.sql$/, ''));
      expect(all).toEqual(files.sort());
      const client = new Client({ connectionString: postgres.url });
      await client.connect();
      try {
        await client.query("insert into users (email, name) values ('A@example.com', 'a')");
        await expect(
          client.query("insert into users (email, name) values ('a@EXAMPLE.com', 'b')"),
        ).rejects.toMatchObject({ code: '23505' });
        const { rows } = await client.query<{ id: string }>(
          "insert into products (name, price, category) values ('p', 1, 'c') returning id",
        );
        const stock = (quantity: number, reserved: number) =>
          client.query('insert into stock (product_id, quantity, reserved) values ($1, $2, $3)', [
            rows[0]?.id,
            quantity,
            reserved,
          ]);
        for (const [quantity, reserved] of [
          [-1, 0],
          [1, -1],
          [1, 2],
        ] as const) {
          await expect(stock(quantity, reserved)).rejects.toMatchObject({ code: '23514' });
        }
      } finally {
        await client.end();
      }
    } finally {
      await postgres.stop();
    }
  });
});
