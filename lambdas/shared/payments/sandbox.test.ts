import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startTables, type Tables } from '../testing/tables';
import { paymentProvider } from './provider';
import { SandboxPayments } from './sandbox';

let tables: Tables;
let table: string;
let payments: SandboxPayments;
let next = 0;
let request: { orderId: string; userId: string; amount: number; currency: string; token: string };

beforeAll(async () => {
  tables = await startTables();
  table = await tables.create('payments');
  payments = new SandboxPayments(tables.client, table);
});
afterAll(() => tables.close());
beforeEach(() => {
  next += 1;
  request = { orderId: `o-${next}`, userId: 'u-1', amount: 15_000, currency: 'JPY', token: 'tok_visa' };
});

async function stored(): Promise<Record<string, unknown> | undefined> {
  const Key = { order_id: request.orderId };
  return (await tables.client.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
}

test('captures once, however often it is asked at the same time', async () => {
  const captures = await Promise.all([1, 2, 3].map(() => payments.capture(request)));
  expect(new Set(captures.map(({ paymentId, capturedAt }) => `${paymentId} ${capturedAt}`)).size).toBe(1);
  expect(await stored()).toMatchObject({ state: 'captured', amount: 15_000 });
});

test.each([
  ['tok_chargeDeclined', 'card_declined'],
  ['tok_insufficientFunds', 'insufficient_funds'],
  ['tok_whatever', 'unknown_token'],
])('%s is declined, and stays so', async (token, declineCode) => {
  for (const _ of [1, 2]) {
    await expect(payments.capture({ ...request, token })).rejects.toMatchObject({
      name: 'PaymentDeclined',
      declineCode,
    });
  }
  expect(await stored()).not.toHaveProperty('captured_at');
});

test('tok_timeout captures, times out once, and the retry finds the same capture', async () => {
  const timeout = { ...request, token: 'tok_timeout' };
  await expect(payments.capture(timeout)).rejects.toMatchObject({ name: 'PaymentTimeout' });
  const before = await stored();
  expect(await payments.capture(timeout)).toMatchObject({
    capturedAt: before?.['captured_at'],
    amount: 15_000,
  });
  expect(await stored()).toEqual(before);
});

test('tok_deductFails is paid and asks for the next step to fail', async () => {
  expect(await payments.capture({ ...request, token: 'tok_deductFails' })).toMatchObject({
    amount: 15_000,
    simulate: 'deduction-failure',
  });
});

describe('tok_slow', () => {
  const slow = (during: () => Promise<unknown>) => {
    const waits: number[] = [];
    const wait = async (ms: number) => {
      waits.push(ms);
      await during();
    };
    return { waits, payments: new SandboxPayments(tables.client, table, () => new Date(), wait) };
  };

  test('captures after four seconds', async () => {
    const { waits, payments: slowly } = slow(async () => expect(await stored()).toBeUndefined());
    expect(await slowly.capture({ ...request, token: 'tok_slow' })).toMatchObject({ amount: 15_000 });
    expect(waits).toEqual([4_000]);
    expect(await stored()).toMatchObject({ state: 'captured' });
  });

  test('loses to a cancel that comes meanwhile', async () => {
    const cancelled = { order_id: request.orderId, state: 'cancelled' };
    const { payments: slowly } = slow(() =>
      tables.client.send(new PutCommand({ TableName: table, Item: cancelled })),
    );
    const capture = slowly.capture({ ...request, token: 'tok_slow' });
    await expect(capture).rejects.toMatchObject({ name: 'OrderCancelled' });
  });
});

test("the shopper's cancel that came first wins", async () => {
  await tables.client.send(
    new PutCommand({ TableName: table, Item: { order_id: request.orderId, state: 'cancelled' } }),
  );
  await expect(payments.capture(request)).rejects.toMatchObject({ name: 'OrderCancelled' });
  expect(await payments.refund(request)).toEqual({ refunded: false, cancelled: true, amount: 0 });
});

test('the sandbox does not start in production unless it is allowed by name', () => {
  const env = {
    PAYMENT_PROVIDER: 'sandbox',
    PAYMENTS_TABLE: table,
    NODE_ENV: 'production',
    PAYMENT_SANDBOX_ALLOWED: 'false',
  };
  expect(() => paymentProvider(env, tables.client)).toThrow(/PAYMENT_SANDBOX_ALLOWED/);
  expect(() => paymentProvider({ ...env, PAYMENT_SANDBOX_ALLOWED: 'true' }, tables.client)).not.toThrow();
  expect(() => paymentProvider({ ...env, NODE_ENV: 'development' }, tables.client)).not.toThrow();
});

describe('compensation', () => {
  test('gives back the whole capture, once', async () => {
    await payments.capture(request);
    const first = await payments.refund(request);
    const record = await stored();
    expect(first).toMatchObject({ refunded: true, amount: 15_000 });
    expect(await payments.refund(request)).toEqual(first);
    expect(await stored()).toEqual(record);
    expect(record).toMatchObject({ state: 'refunded', amount: 15_000 });
  });

  test('with nothing captured it bars a capture that comes late', async () => {
    expect(await payments.refund(request)).toEqual({ refunded: false, cancelled: false, amount: 0 });
    await expect(payments.capture(request)).rejects.toMatchObject({ name: 'PaymentVoided' });
    expect(await payments.refund(request)).toEqual({ refunded: false, cancelled: false, amount: 0 });
    expect(await stored()).toMatchObject({ state: 'refunded', amount: 0 });
  });

  test('a capture is not repeated after its refund', async () => {
    await payments.capture(request);
    await payments.refund(request);
    await expect(payments.capture(request)).rejects.toMatchObject({ name: 'PaymentVoided' });
  });

  test('of a capture and a refund at the same time no money stays', async () => {
    const [capture] = await Promise.allSettled([payments.capture(request), payments.refund(request)]);
    await payments.refund(request);
    expect(await stored()).toMatchObject({ state: 'refunded' });
    expect(['fulfilled', 'rejected']).toContain(capture.status);
  });

  test('a declined payment has nothing to give back', async () => {
    await expect(payments.capture({ ...request, token: 'tok_chargeDeclined' })).rejects.toThrow();
    expect(await payments.refund(request)).toEqual({ refunded: false, cancelled: false, amount: 0 });
    expect(await stored()).toMatchObject({ state: 'declined' });
  });
});
