import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord, PaymentRecord } from '@yorozu/events';
import { startTestDynamoDb } from '../../../../../scripts/lib/dynamodb';
import { Harness, internalToken, orderBody } from '../../testing/harness';
import { IdempotencyKeySweep } from './idempotency-key-sweep';
import type { Order } from './order';
import { OrderIntakeSweep } from './order-intake-sweep';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderRepository } from './order.repository';

let harness: Harness;
let dynamodb: Awaited<ReturnType<typeof startTestDynamoDb>>;

beforeAll(async () => {
  dynamodb = await startTestDynamoDb();
  harness = await Harness.start({ awsEndpoint: dynamodb.url, env: { RATE_LIMIT_FACTOR: '100' } });
});
afterAll(async () => {
  await harness.stop();
  await dynamodb.stop();
});

const personal = /山田|花子|千代田|090-|tok_visa|@example\.com/;
let keys = 0;
async function place(token: string, body: object, key = `key-${(keys += 1)}`) {
  return harness.call('/api/orders', { token, body, headers: { 'idempotency-key': key } });
}

async function placed(token: string, productId: string): Promise<string> {
  return (await place(token, orderBody(productId))).json<{ orderId: string }>().orderId;
}

function recordOf(order: Order, userId: string, change: Partial<OrderRecord> = {}): OrderRecord {
  return {
    user_id: userId,
    order_id: order.orderId,
    status: 'processing',
    total_amount: order.totalAmount,
    currency: 'JPY',
    items: order.items.map((i) => ({
      product_id: i.productId,
      product_name: i.productName,
      quantity: i.quantity,
      price: i.price,
    })),
    shipping_address: { ...order.shippingAddress },
    customer: { email: 'a@example.com', name: 'a', locale: 'ja' },
    history: [{ at: order.createdAt, type: 'OrderPlaced' }],
    correlation_id: 'c',
    created_at: order.createdAt,
    updated_at: order.updatedAt,
    ttl: Math.floor(Date.now() / 1_000) + 1_000,
    ...change,
  };
}

async function put(table: string, item: object): Promise<void> {
  await harness.resources.dynamodb.send(new PutCommand({ TableName: table, Item: { ...item } }));
}

async function outboxOf(userId: string) {
  const { rows } = await harness.resources.postgres.query<{
    aggregate_id: string;
    detail: object;
    source: string;
  }>("select aggregate_id, detail, source from outbox where user_id = $1 and detail_type = 'OrderCreated'", [
    userId,
  ]);
  return rows;
}

/** The answer of the claim check. */
async function intakes(...ids: string[]) {
  const headers = { authorization: `Bearer ${internalToken}` };
  const answer = await harness.call(`/internal/order-intakes?ids=${ids.join(',')}`, { headers });
  return answer.json<{ items: { orderId: string; paymentToken: string }[] }>().items;
}

describe('POST /api/orders', () => {
  it('accepts, and writes key, intake and event together', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct({ price: 7_500 });
    const answer = await place(user.token, orderBody(productId, { expectedTotal: 15_000 }));
    expect(answer.status).toBe(202);
    const { orderId } = answer.json<{ orderId: string }>();
    expect(answer.json()).toEqual({ orderId, status: 'pending', totalAmount: 15_000, currency: 'JPY' });
    expect(answer.headers.get('location')).toBe(`/api/orders/${orderId}`);
    expect(await outboxOf(user.id)).toMatchObject([
      {
        aggregate_id: orderId,
        source: 'core-api.orders',
        detail: { metadata: { correlationId: answer.headers.get('x-correlation-id') } },
      },
    ]);
    expect(await intakes(orderId)).toEqual([
      {
        orderId,
        shippingAddress: orderBody(productId)['shippingAddress'],
        customer: { email: `${user.id}@example.com`, name: '山田 花子', locale: 'ja' },
        paymentToken: 'tok_visa',
      },
    ]);
  });

  it('puts nothing personal into the event', async () => {
    const user = await harness.signIn();
    await placed(user.token, await harness.addProduct());
    const outbox = JSON.stringify(await outboxOf(user.id));
    expect(outbox).not.toMatch(personal);
  });

  it('logs nothing personal, not even when Postgres refuses the row', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const { postgres } = harness.resources;
    await postgres.query('alter table order_intake add constraint none check (false) not valid');
    const answer = await place(user.token, orderBody(productId));
    await postgres.query('alter table order_intake drop constraint none');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(personal);
    const logs = harness.logs.join('\n');
    expect(logs).toContain('violates check constraint');
    expect(logs).not.toMatch(personal);
  });

  it('makes one order of 20 posts with one key, all answered alike', async () => {
    const user = await harness.signIn();
    const body = orderBody(await harness.addProduct());
    const answers = await Promise.all(Array.from({ length: 20 }, () => place(user.token, body, 'same')));
    expect([...new Set(answers.map((answer) => `${answer.status} ${answer.text}`))]).toHaveLength(1);
    expect(answers[0]?.status).toBe(202);
    const events = await outboxOf(user.id);
    expect(events).toHaveLength(1);
    expect(await intakes(...events.map((event) => event.aggregate_id))).toHaveLength(1);
    expect((await place(user.token, body, 'same')).text).toBe(answers[0]?.text);
  });

  it('keeps users with the same key apart', async () => {
    const [one, two] = [await harness.signIn(), await harness.signIn()];
    const body = orderBody(await harness.addProduct());
    const ids = (await Promise.all([one, two].map(({ token }) => place(token, body, 'mine')))).map(
      (a) => a.json()['orderId'],
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('refuses one key for two bodies, also when both come at once', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const bodies = [1, 2].map((quantity) => orderBody(productId, { items: [{ productId, quantity }] }));
    const answers = await Promise.all(bodies.map((body) => place(user.token, body, 'twice')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 422]);
    expect(answers.find((answer) => answer.status === 422)?.json()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      orderId: answers.find((answer) => answer.status === 202)?.json()['orderId'],
    });
    expect(await outboxOf(user.id)).toHaveLength(1);
  });

  it('writes nothing for an order it refuses', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const gone = await harness.addProduct();
    await harness.resources.postgres.query('update products set deleted_at = now() where id = $1', [gone]);
    const refused = await Promise.all([
      place(user.token, orderBody(productId, { expectedTotal: 1 })),
      place(user.token, orderBody(gone)),
      harness.call('/api/orders', { token: user.token, body: orderBody(productId) }),
      place(user.token, orderBody(productId), 'ключ'.normalize().replace(/./g, '\u00e9')),
      place(user.token, orderBody(productId), 'k'.repeat(256)),
    ]);
    expect(refused.map((answer) => answer.json()['code'])).toEqual([
      'PRICE_CHANGED',
      'PRODUCT_NOT_FOUND',
      'IDEMPOTENCY_KEY_REQUIRED',
      'IDEMPOTENCY_KEY_INVALID',
      'IDEMPOTENCY_KEY_INVALID',
    ]);
    expect(await outboxOf(user.id)).toHaveLength(0);
    const { rowCount } = await harness.resources.postgres.query(
      'select 1 from idempotency_keys where user_id = $1',
      [user.id],
    );
    expect(rowCount).toBe(0);
  });
});

describe('GET /internal/order-intakes', () => {
  it.each([
    ['nothing', {}],
    ['another secret', { authorization: `Bearer ${internalToken}x` }],
    ['the secret alone', { authorization: internalToken }],
  ])('refuses a caller who brings %s', async (_, headers) => {
    const answer = await harness.call('/internal/order-intakes?ids=x', { headers });
    expect([answer.status, answer.json()['code']]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('refuses a shopper and an admin', async () => {
    const { token } = await harness.signIn('admin');
    expect((await harness.call('/internal/order-intakes?ids=x', { token })).status).toBe(401);
  });

  it('answers those of many orders that it knows, to nobody’s cache', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const ids = [await placed(user.token, productId), await placed(user.token, productId)];
    const asked = [...ids, '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90'].join(',');
    const headers = { authorization: `Bearer ${internalToken}` };
    const answer = await harness.call(`/internal/order-intakes?ids=${asked}`, { headers });
    expect(
      answer
        .json<{ items: { orderId: string }[] }>()
        .items.map((item) => item.orderId)
        .sort(),
    ).toEqual(ids);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await harness.call('/internal/order-intakes?ids=x', { headers })).status).toBe(400);
  });

  it('is no part of the public description', async () => {
    expect((await harness.call('/api/openapi.json')).text).not.toContain('/internal/');
  });
});

describe('order intakes', () => {
  const sweep = () => {
    const { postgres, dynamodb: client, env, logger } = harness.resources;
    return new OrderIntakeSweep(
      new OrderIntakeRepository(postgres),
      new OrderRepository(client, env),
      logger,
    );
  };
  const age = (interval: string, ...ids: string[]) =>
    harness.resources.postgres.query(
      'update order_intake set created_at = now() - $2::interval where order_id = any($1::uuid[])',
      [ids, interval],
    );

  it('go once the record is certain; the order never disappears', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const [written, waiting, young] = (await Promise.all(
      Array.from({ length: 3 }, () => placed(user.token, productId)),
    )) as [string, string, string];
    for (const id of [written, young]) {
      const order = (await harness.call(`/api/orders/${id}`, user)).json<Order>();
      await put('ecommerce-orders', recordOf(order, user.id));
    }
    await age('2 minutes', written, waiting);
    await sweep().run();
    await sweep().run();
    expect((await intakes(written, waiting, young)).map((intake) => intake.orderId).sort()).toEqual(
      [waiting, young].sort(),
    );
    for (const id of [written, waiting, young])
      expect((await harness.call(`/api/orders/${id}`, user)).status).toBe(200);
    const { items } = (await harness.call('/api/orders', user)).json<{ items: Order[] }>();
    expect(items).toHaveLength(3);
  });

  it('go after more than a page of orders that wait, and after 30 days in any case', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const first = await placed(user.token, productId);
    await harness.resources.postgres.query(
      `insert into order_intake select gen_random_uuid(), user_id, items, total_amount, currency,
         now() - interval '29 days', shipping_address, customer, payment_token
       from order_intake, generate_series(1, 150) where order_id = $1`,
      [first],
    );
    const last = await placed(user.token, productId);
    const order = (await harness.call(`/api/orders/${last}`, user)).json<Order>();
    await put('ecommerce-orders', recordOf(order, user.id));
    await age('2 minutes', last);
    await age('31 days', first);
    await sweep().run();
    expect(await intakes(first, last)).toEqual([]);
    const { rowCount } = await harness.resources.postgres.query(
      'select 1 from order_intake where user_id = $1',
      [user.id],
    );
    expect(rowCount).toBe(150);
  });

  it('forgotten between the two reads of an order, leave its record', async () => {
    const user = await harness.signIn();
    const orderId = await placed(user.token, await harness.addProduct());
    const order = (await harness.call(`/api/orders/${orderId}`, user)).json<Order>();
    const { postgres } = harness.resources;
    const lock = await postgres.connect();
    await lock.query('begin');
    await lock.query('lock table order_intake in access exclusive mode');
    const reading = harness.call(`/api/orders/${orderId}`, user);
    // It has found no record and waits for the intake.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await put('ecommerce-orders', recordOf(order, user.id));
    await lock.query('delete from order_intake where order_id = $1', [orderId]);
    await lock.query('commit');
    lock.release();
    expect((await reading).json()).toMatchObject({ orderId, status: 'processing' });
  });
});

describe('idempotency keys', () => {
  it('are forgotten after a month, when no cart or page carries them any more', async () => {
    const user = await harness.signIn();
    for (const age of ['32 days', '30 days'])
      await harness.resources.postgres.query(
        `insert into idempotency_keys (user_id, key, request_hash, order_id, status_code, response, created_at)
         values ($1, $2::text, '', $1, 202, '{}', now() - $2::text::interval)`,
        [user.id, age],
      );
    const orders = new OrderIntakeRepository(harness.resources.postgres);
    expect(await new IdempotencyKeySweep(orders, harness.resources.logger).run()).toBe(1);
    const { rows } = await harness.resources.postgres.query<{ key: string }>(
      'select key from idempotency_keys where user_id = $1',
      [user.id],
    );
    expect(rows).toEqual([{ key: '30 days' }]);
  });
});

describe('GET /api/orders', () => {
  it('shows an order before and after order-processor has written it, to its buyer only', async () => {
    const [user, other] = [await harness.signIn(), await harness.signIn()];
    const productId = await harness.addProduct({ price: 500 });
    const orderId = await placed(user.token, productId);
    const fresh = (await harness.call(`/api/orders/${orderId}`, user)).json<Order>();
    expect(fresh).toMatchObject({
      orderId,
      status: 'pending',
      items: [{ productId, productName: '南部鉄器の急須', quantity: 2, price: 500 }],
      totalAmount: 1_000,
      history: [{ type: 'OrderPlaced', detail: {}, at: expect.any(String) }],
    });
    await put(
      'ecommerce-orders',
      recordOf(fresh, user.id, {
        status: 'failed',
        failure: { code: 'OUT_OF_STOCK', message: 'sold out' },
      }),
    );
    expect(fresh.payment).toBeUndefined();
    const later = (await harness.call(`/api/orders/${orderId}`, user)).json<Order>();
    expect(later).toMatchObject({
      status: 'failed',
      failure: { code: 'OUT_OF_STOCK', message: 'sold out' },
      payment: { state: 'none' },
    });
    const refusals = await Promise.all([
      harness.call(`/api/orders/${orderId}`, other),
      harness.call(`/api/orders/${orderId}/cancel`, { ...other, method: 'POST' }),
      harness.call('/api/orders/not-an-id', user),
    ]);
    expect(refusals.map((answer) => [answer.status, answer.json()['code']])).toEqual(
      Array(3).fill([404, 'ORDER_NOT_FOUND']),
    );
    expect((await harness.call('/api/orders', other)).json()).toEqual({ items: [], nextCursor: null });
  });

  it('pages through written and unwritten orders, newest first, without gaps', async () => {
    const user = await harness.signIn();
    const productId = await harness.addProduct();
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await placed(user.token, productId));
    for (const id of [ids[0], ids[2], ids[3], ids[6]]) {
      const order = (await harness.call(`/api/orders/${id}`, user)).json<Order>();
      await put('ecommerce-orders', recordOf(order, user.id));
    }
    const seen: Order[] = [];
    let cursor: string | null = '';
    do {
      const query = `/api/orders?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: { items: Order[]; nextCursor: string | null } = (await harness.call(query, user)).json();
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.map((order) => order.orderId)).toEqual([...ids].reverse());
    expect(seen.map((order) => order.status)).toEqual([
      'processing',
      'pending',
      'pending',
      'processing',
      'processing',
      'pending',
      'processing',
    ]);
  });
});

describe('POST /api/orders/{id}/cancel', () => {
  it('claims the payment record once', async () => {
    const user = await harness.signIn();
    const orderId = await placed(user.token, await harness.addProduct());
    const cancel = () => harness.call(`/api/orders/${orderId}/cancel`, { ...user, method: 'POST' });
    const answers = await Promise.all([cancel(), cancel(), cancel()]);
    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202]);
    expect(answers[0]?.json()).toEqual({ orderId, status: 'pending' });
  });

  it('is too late once the payment is captured or the order is over', async () => {
    const user = await harness.signIn();
    const orderId = await placed(user.token, await harness.addProduct());
    const payment: PaymentRecord = {
      order_id: orderId,
      state: 'captured',
      payment_id: 'p',
      user_id: user.id,
      amount: 1,
      currency: 'JPY',
    };
    await put('ecommerce-payments', payment);
    const cancel = (id: string) => harness.call(`/api/orders/${id}/cancel`, { ...user, method: 'POST' });
    expect((await cancel(orderId)).json()).toMatchObject({ status: 409, code: 'NOT_CANCELLABLE' });
    const completed = await placed(user.token, await harness.addProduct());
    const order = (await harness.call(`/api/orders/${completed}`, user)).json<Order>();
    await put('ecommerce-orders', recordOf(order, user.id, { status: 'completed' }));
    expect((await cancel(completed)).json()).toMatchObject({ status: 409, code: 'NOT_CANCELLABLE' });
  });
});
