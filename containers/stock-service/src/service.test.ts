import { randomUUID } from 'node:crypto';
import { assertDetail, createEvent, type EventName } from '@yorozu/events';
import { Redis } from 'ioredis';
import pg from 'pg';
import { pino } from 'pino';
import { startTestPostgres } from '../../../scripts/lib/postgres';
import { startTestRedis } from '../../../scripts/lib/redis';
import { readConfig, type Config } from './config';
import { liveStockKeys } from './live/live-stock';
import { startPublishing } from './publishing/event-publisher';
import { startService, type StockService } from './service';
import { startAwsStandIn, type AwsStandIn } from './testing/aws-stand-in';
import { createProduct, createSchema, createStock, invariantViolations, levelOf } from './testing/database';

let postgres: { url: string; stop(): Promise<void> };
let redisServer: { url: string; stop(): Promise<void> };
let aws: AwsStandIn;
let pool: pg.Pool;
let redis: Redis;
let service: StockService;
const environment = { ...process.env };

const config = () =>
  readConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    EVENT_BUS_NAME: 'ecommerce-event-bus',
    STOCK_UPDATE_QUEUE_URL: `${aws.url}/000000000000/stock-update-queue`,
    AWS_REGION: 'ap-northeast-1',
    LOG_LEVEL: 'silent',
  });

beforeAll(async () => {
  [postgres, redisServer, aws] = await Promise.all([
    startTestPostgres(),
    startTestRedis(),
    startAwsStandIn(),
  ]);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  await createSchema(postgres.url);
  pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  redis = new Redis(redisServer.url);
  service = await start(config());
});

afterAll(async () => {
  await service.stop();
  await pool.end();
  redis.disconnect();
  await Promise.all([postgres.stop(), redisServer.stop(), aws.close()]);
  process.env = environment;
});

function start(settings: Config): Promise<StockService> {
  const logger = pino({ level: 'silent' });
  return startService(settings, logger, () => startPublishing(settings, logger));
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${service.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: (await response.json()) as Answer['body'],
    headers: response.headers,
  };
}
const post = (path: string, body?: unknown): Promise<Answer> => call('POST', path, body);

/** Waits until the condition holds; gives up after ten seconds. */
async function until<T>(read: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not come to pass');
}
const liveStockOf = (productId: string) => async () =>
  (await redis.hget(liveStockKeys.hash, productId)) ?? undefined;
const eventOf = (about: string, detailType: string) => () =>
  aws.events.find((e) => e.detailType === detailType && JSON.stringify(e.detail).includes(about));

describe('reservations', () => {
  it('are made, repeated, committed and released over HTTP', async () => {
    const [a, b] = [await createStock(pool, 10), await createStock(pool, 10)];
    const orderId = randomUUID();
    const order = {
      orderId,
      items: [
        { productId: b, quantity: 1 },
        { productId: a.toUpperCase(), quantity: 1 },
        { productId: a, quantity: 2 },
      ],
      ttlSeconds: 60,
    };
    const made = await post('/reservations', order);
    expect([made.status, made.body.state]).toEqual([201, 'held']);
    expect(made.body.items).toEqual(
      [
        { productId: a, quantity: 3 },
        { productId: b, quantity: 1 },
      ].sort((x, y) => (x.productId < y.productId ? -1 : 1)),
    );
    const again = await post('/reservations', order);
    expect([again.status, again.body]).toEqual([200, made.body]);
    const other = await post('/reservations', { ...order, items: [{ productId: a, quantity: 1 }] });
    expect([other.status, other.body.code]).toEqual([409, 'RESERVATION_MISMATCH']);

    for (const status of [200, 200]) {
      const committed = await post(`/reservations/${orderId}/commit`);
      expect([committed.status, committed.body.state]).toEqual([status, 'committed']);
    }
    const released = await post(`/reservations/${orderId}/release`, {});
    expect([released.status, released.body.state]).toEqual([200, 'released']);
    expect(await levelOf(pool, a)).toEqual({ quantity: 10, reserved: 0 });
    expect(await invariantViolations(pool)).toEqual([]);
  });

  it('name what is short', async () => {
    const product = await createStock(pool, 2);
    const { status, body, headers } = await call(
      'POST',
      '/reservations',
      { orderId: randomUUID(), items: [{ productId: product, quantity: 3 }], ttlSeconds: 60 },
      { 'x-correlation-id': 'c-42' },
    );
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('x-correlation-id')).toBe('c-42');
    expect([status, body.status, body.code, body.correlationId]).toEqual([409, 409, 'OUT_OF_STOCK', 'c-42']);
    expect(body.errors).toEqual([
      expect.objectContaining({ productId: product, requested: 3, available: 2 }),
    ]);
  });

  it('cannot be made after a release, nor committed when unknown', async () => {
    const product = await createStock(pool, 2);
    const orderId = randomUUID();
    expect((await post(`/reservations/${orderId}/commit`)).body.code).toBe('RESERVATION_NOT_FOUND');
    expect((await post(`/reservations/${orderId}/release`)).status).toBe(200);
    const late = await post('/reservations', {
      orderId,
      items: [{ productId: product, quantity: 1 }],
      ttlSeconds: 9,
    });
    expect([late.status, late.body.code]).toEqual([409, 'RESERVATION_RELEASED']);
  });

  it('end by themselves when their time is over', async () => {
    const product = await createStock(pool, 1);
    const orderId = randomUUID();
    await post('/reservations', { orderId, items: [{ productId: product, quantity: 1 }], ttlSeconds: 1 });
    await until(async () => ((await levelOf(pool, product))?.reserved === 0 ? true : undefined));
    const event = await until(eventOf(orderId, 'StockReleased'));
    expect(event.detail).toMatchObject({ productId: product, available: 1, reason: 'expired' });
    expect((await post(`/reservations/${orderId}/commit`)).body.code).toBe('RESERVATION_EXPIRED');
  });
});

describe('what comes of a change', () => {
  it('is published as an event of the catalogue with the correlation id of the request', async () => {
    const product = await createStock(pool, 5);
    const orderId = randomUUID();
    const items = [{ productId: product, quantity: 2 }];
    await call('POST', '/reservations', { orderId, items, ttlSeconds: 60 }, { 'x-correlation-id': 'c-7' });
    const { detailType, detail } = await until(eventOf(orderId, 'StockReserved'));
    expect(() => assertDetail(detailType as EventName, detail)).not.toThrow();
    expect(detail).toMatchObject({ productId: product, quantity: 2, available: 3 });
    expect(detail.metadata).toMatchObject({ correlationId: 'c-7' });
  });

  it('is live in Redis, and everything is there again after Redis lost it', async () => {
    const [product, untouched] = [await createStock(pool, 5), await createStock(pool, 8)];
    const subscriber = new Redis(redisServer.url);
    const messages: string[] = [];
    subscriber.on('message', (_channel, message) => messages.push(message));
    await subscriber.subscribe(liveStockKeys.channel);
    await post('/reservations', {
      orderId: randomUUID(),
      items: [{ productId: product, quantity: 2 }],
      ttlSeconds: 60,
    });
    expect(await until(liveStockOf(product))).toBe('3');
    await until(() => messages.find((message) => message === JSON.stringify([[product, 3]])));
    subscriber.disconnect();

    await redis.flushall();
    await redis.call('client', 'kill', 'type', 'normal', 'skipme', 'yes');
    expect(await until(liveStockOf(untouched))).toBe('8');
    expect(await redis.hget(liveStockKeys.hash, product)).toBe('3');
  });
});

describe('stock', () => {
  it('is received once per reference', async () => {
    const productId = await createProduct(pool);
    const receipt = { reference: `PO-${randomUUID()}`, productId, quantity: 7 };
    const first = await post('/receipts', receipt);
    expect([first.status, first.body]).toEqual([201, { ...receipt, onHand: 7, available: 7 }]);
    expect((await post('/receipts', receipt)).status).toBe(200);
    expect((await post('/receipts', { ...receipt, quantity: 8 })).body.code).toBe('RECEIPT_MISMATCH');
    expect((await post('/receipts', { ...receipt, reference: 'x', productId: randomUUID() })).status).toBe(
      404,
    );
    await pool.query('update products set deleted_at = now() where id = $1', [productId]);
    expect(await post('/receipts', { ...receipt, reference: `PO-${randomUUID()}` })).toMatchObject({
      status: 404,
      body: { code: 'PRODUCT_NOT_FOUND' },
    });
    expect(await levelOf(pool, productId)).toEqual({ quantity: 7, reserved: 0 });
  });

  it('is read by ids and by pages', async () => {
    const ids = [await createStock(pool, 1), await createStock(pool, 2)].sort();
    const some = await call('GET', `/stock?ids=${ids.join(',')},${randomUUID()}`);
    expect((some.body.items as { productId: string }[]).map((item) => item.productId)).toEqual(ids);
    const { body } = await call('GET', '/stock?page=2&pageSize=1');
    expect([body.page, body.pageSize, (body.items as unknown[]).length]).toEqual([2, 1, 1]);
    expect(body.total).toBeGreaterThanOrEqual(2);
  });
});

describe('stock-update-queue', () => {
  it('releases what an ended order holds and receives goods; leaves what it cannot handle to the DLQ', async () => {
    const product = await createStock(pool, 5);
    const orderId = randomUUID();
    await post('/reservations', { orderId, items: [{ productId: product, quantity: 2 }], ttlSeconds: 60 });
    const { detail } = createEvent(
      'OrderFailed',
      {
        orderId,
        userId: randomUUID(),
        totalAmount: 100,
        currency: 'JPY',
        items: [{ productId: product, productName: 'x', quantity: 2, price: 50 }],
        failure: { code: 'STEP_FAILED', message: 'x' },
      },
      { correlationId: 'c-9' },
    );
    aws.put('poison', 'not json');
    aws.put('other', { type: 'Something', quantity: 1 });
    aws.put('failed', {
      id: 'e-1',
      source: 'order-saga.orders',
      'detail-type': 'OrderFailed',
      time: '',
      detail,
    });
    const deleted = await createStock(pool, 1);
    await pool.query('update products set deleted_at = now() where id = $1', [deleted]);
    aws.put('gone', { type: 'ReceiveStock', productId: deleted, quantity: 3, reference: `PO-${deleted}` });
    aws.put('receive', { type: 'ReceiveStock', productId: product, quantity: 3, reference: `PO-${orderId}` });
    await until(() => (aws.queue.size === 3 ? true : undefined));
    expect([...aws.queue.keys()]).toEqual(['poison', 'other', 'gone']);
    expect(await levelOf(pool, deleted)).toEqual({ quantity: 1, reserved: 0 });
    expect(await levelOf(pool, product)).toEqual({ quantity: 8, reserved: 0 });
    const released = await until(eventOf(orderId, 'StockReleased'));
    expect(released.detail.metadata).toMatchObject({
      correlationId: 'c-9',
      causationId: detail.metadata.eventId,
    });
  });
});

describe('requests that are not valid', () => {
  const item = { productId: randomUUID(), quantity: 1 };
  const order = { orderId: randomUUID(), items: [item], ttlSeconds: 60 };
  it.each<[string, string, unknown, number, string]>([
    ['/reservations', 'broken JSON', '{"orderId":', 400, 'MALFORMED_JSON'],
    ['/reservations', 'a poisoned prototype', '{"__proto__":{"a":1}}', 400, 'MALFORMED_JSON'],
    ['/reservations', 'nothing', '', 400, 'VALIDATION_FAILED'],
    ['/reservations', 'an array', [], 400, 'VALIDATION_FAILED'],
    ['/reservations', 'no items', { ...order, items: [] }, 400, 'VALIDATION_FAILED'],
    ['/reservations', 'too many items', { ...order, items: Array(101).fill(item) }, 400, 'VALIDATION_FAILED'],
    ['/reservations', 'a wrong id', { ...order, orderId: 'x' }, 400, 'VALIDATION_FAILED'],
    [
      '/reservations',
      'zero units',
      { ...order, items: [{ ...item, quantity: 0 }] },
      400,
      'VALIDATION_FAILED',
    ],
    [
      '/reservations',
      'negative units',
      { ...order, items: [{ ...item, quantity: -1 }] },
      400,
      'VALIDATION_FAILED',
    ],
    [
      '/reservations',
      'half a unit',
      { ...order, items: [{ ...item, quantity: 0.5 }] },
      400,
      'VALIDATION_FAILED',
    ],
    [
      '/reservations',
      'huge units',
      { ...order, items: [{ ...item, quantity: 1e300 }] },
      400,
      'VALIDATION_FAILED',
    ],
    [
      '/reservations',
      'units as text',
      { ...order, items: [{ ...item, quantity: '1' }] },
      400,
      'VALIDATION_FAILED',
    ],
    ['/reservations', 'no end', { ...order, ttlSeconds: 1e9 }, 400, 'VALIDATION_FAILED'],
    ['/reservations', 'a huge body', 'x'.repeat(70_000), 413, 'BODY_TOO_LARGE'],
    ['/reservations', 'an unknown product', order, 409, 'OUT_OF_STOCK'],
    ['/reservations/x/commit', 'a wrong id', {}, 400, 'VALIDATION_FAILED'],
    ['/receipts', 'a NUL', { reference: 'a\u0000', ...item }, 400, 'VALIDATION_FAILED'],
    ['/receipts', 'half a surrogate', { reference: '\ud800', ...item }, 400, 'VALIDATION_FAILED'],
    ['/nowhere', 'an unknown path', {}, 404, 'NOT_FOUND'],
  ])('%s with %s', async (path, _what, body, status, code) => {
    const answer = await post(path, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.correlationId).toBe(answer.headers.get('x-correlation-id'));
  });

  it.each([
    '/stock?ids=x',
    '/stock?ids=',
    '/stock?page=0',
    '/stock?pageSize=101',
    '/stock?page=x',
    '/stock?page=1e99',
  ])('GET %s', async (path) => {
    const { status, body } = await call('GET', path);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('an unknown media type, a broken path', async () => {
    const text = await call('POST', '/reservations', '<a/>', { 'content-type': 'application/xml' });
    expect([text.status, text.body.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    const path = await call('POST', '/reservations/%zz/commit');
    expect([path.status, path.body.code]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('health', () => {
  it('is ready with everything there', async () => {
    expect((await call('GET', '/health/live')).body).toEqual({ status: 'live' });
    await until(async () =>
      (await call('GET', '/health/ready')).body.status === 'ready' ? true : undefined,
    );
  });

  it('is degraded without Redis, which fails no reservation', async () => {
    const product = await createStock(pool, 1);
    const lonely = await start({ ...config(), REDIS_URL: 'redis://127.0.0.1:1' });
    try {
      const made = await fetch(`${lonely.url}/reservations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          orderId: randomUUID(),
          items: [{ productId: product, quantity: 1 }],
          ttlSeconds: 60,
        }),
      });
      expect(made.status).toBe(201);
      const health = await fetch(`${lonely.url}/health/ready`);
      expect([health.status, await health.json()]).toEqual([
        200,
        expect.objectContaining({
          status: 'degraded',
          checks: expect.objectContaining({ postgres: { status: 'up' } }),
        }),
      ]);
    } finally {
      await lonely.stop();
    }
  });
});

it('stops naming every variable that is missing', () => {
  expect(() => readConfig({ HOST: 'x', PORT: '1' })).toThrow(/DATABASE_URL.*REDIS_URL.*EVENT_BUS_NAME/);
});
