import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderRecord, PaymentRecord } from '../events/src';
import type { Json, JsonObject } from '../infrastructure/local/src/services/states/asl/json';
import {
  lambdaArn,
  ManualClock,
  NamedError,
  TestCloud,
} from '../infrastructure/local/src/services/states/testing';
import { completeOrder } from '../lambdas/saga/complete-order/complete-order';
import { failOrder } from '../lambdas/saga/fail-order/fail-order';
import { processPayment } from '../lambdas/saga/process-payment/process-payment';
import { refundPayment } from '../lambdas/saga/refund-payment/refund-payment';
import { releaseStock } from '../lambdas/saga/release-stock/release-stock';
import { reserveStock } from '../lambdas/saga/reserve-stock/reserve-stock';
import { sendNotification } from '../lambdas/saga/send-notification/send-notification';
import { updateStock } from '../lambdas/saga/update-stock/update-stock';
import { TransientError } from '../lambdas/shared/errors';
import { DynamoOrderHistory } from '../lambdas/shared/order-history';
import { DynamoOrders } from '../lambdas/shared/orders';
import { SandboxPayments } from '../lambdas/shared/payments/sandbox';
import type { SagaOrder } from '../lambdas/shared/saga/order';
import { anOrder, aRecord, MemoryEvents, MemoryStock } from '../lambdas/shared/saga/testing';
import { StockRefusal } from '../lambdas/shared/stock-client';
import { startTables, type Tables } from '../lambdas/shared/testing/tables';

/** The saga as it is deployed: the real definition and the real steps, on real tables, in the local interpreter. */
const definition = JSON.parse(
  readFileSync(join(__dirname, 'order-saga.asl.json'), 'utf8').replaceAll(
    /\$\{(\w+)FunctionArn\}/g,
    (_, name: string) => lambdaArn(name.replaceAll(/\B([A-Z])/g, '-$1').toLowerCase()),
  ),
) as JsonObject;

let tables: Tables;
let names: { orders: string; payments: string };
let cloud: TestCloud;
let clock: ManualClock;
let dice: number;

beforeAll(async () => {
  tables = await startTables();
  names = { orders: await tables.create('orders'), payments: await tables.create('payments') };
});
afterAll(() => tables.close());
beforeEach(async () => {
  clock = new ManualClock();
  dice = 1;
  // A linear congruential generator: the same dice in every run.
  const random = (): number => (dice = (dice * 16_807) % 2_147_483_647) / 2_147_483_647;
  cloud = await TestCloud.create({ clock, random });
});
afterEach(() => cloud.close());

class FlakyStock extends MemoryStock {
  /** Called before each request; throws what stock-service (or its absence) answers. */
  before: (call: 'reserve' | 'commit' | 'release') => void = () => undefined;

  override async reserve(order: Parameters<MemoryStock['reserve']>[0]) {
    this.before('reserve');
    return super.reserve(order);
  }
  override async commit(orderId: string) {
    this.before('commit');
    return super.commit(orderId);
  }
  override async release(orderId: string) {
    this.before('release');
    return super.release(orderId);
  }
}

interface Run {
  readonly record: OrderRecord;
  readonly payment: PaymentRecord | undefined;
  readonly stock: FlakyStock;
  readonly events: MemoryEvents;
  /** The functions that were called, in their order. */
  readonly calls: readonly string[];
  /** Virtual seconds. */
  readonly seconds: number;
  readonly cancel: () => Promise<boolean>;
}

interface Scenario {
  readonly token?: string;
  readonly available?: number;
  readonly prepare?: (stock: FlakyStock) => void;
  /** Called before the nth function of the saga (from 0). */
  readonly beforeCall?: (n: number, cancel: () => Promise<boolean>) => Promise<void>;
}

async function run({ token = 'tok_visa', available = 5, prepare, beforeCall }: Scenario): Promise<Run> {
  const order = anOrder({ orderId: randomUUID() });
  const key = { user_id: order.userId, order_id: order.orderId };
  const record = aRecord({ ...key, payment_token: token, history_keys: new Set(['OrderPlaced']) });
  await tables.put(names.orders, record);
  const stock = new FlakyStock(available);
  prepare?.(stock);
  const events = new MemoryEvents();
  const deps = {
    history: new DynamoOrderHistory(tables.client, names.orders),
    orders: new DynamoOrders(tables.client, names.orders),
    payments: new SandboxPayments(tables.client, names.payments),
    notifier: { notify: async () => 'sent' as const },
    events,
    stock,
  };
  const cancel = (): Promise<boolean> => cancelled(order);
  const calls: string[] = [];
  let underWay = 0;
  const steps = {
    'reserve-stock': reserveStock,
    'process-payment': processPayment,
    'update-stock': updateStock,
    'send-notification': sendNotification,
    'complete-order': completeOrder,
    'release-stock': releaseStock,
    'refund-payment': refundPayment,
    'fail-order': failOrder,
  };
  for (const [name, step] of Object.entries(steps)) {
    cloud.functions.set(name, async (input) => {
      underWay += 1;
      try {
        calls.push(name);
        await beforeCall?.(calls.length - 1, cancel);
        return (await step(input as unknown as SagaOrder, deps)) as unknown as Json;
      } catch (error) {
        throw error instanceof Error ? new NamedError(error.name, error.message) : error;
      } finally {
        underWay -= 1;
      }
    });
  }
  const started = clock.now();
  const arn = await cloud.begin(definition, order as unknown as Json);
  // Time stands still while a function works, and jumps to the next attempt otherwise.
  for (let idle = 0; (await cloud.describe(arn)).status === 'RUNNING';) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    idle = underWay > 0 ? 0 : idle + 1;
    if (idle > 3 && (clock.nextIn ?? Infinity) <= 120_000) {
      clock.advance(clock.nextIn ?? 0);
      idle = 0;
    }
  }
  const ended = await tables.get<OrderRecord>(names.orders, key);
  if (!ended) throw new Error('the order is gone');
  return {
    record: ended,
    payment: await tables.get<PaymentRecord>(names.payments, { order_id: order.orderId }),
    stock,
    events,
    calls,
    seconds: (clock.now() - started) / 1_000,
    cancel,
  };
}

/** The shopper's cancel as core-api writes it; whether it is accepted. */
function cancelled({ orderId: order_id, userId: user_id }: SagaOrder): Promise<boolean> {
  const record = { order_id, user_id, state: 'cancelled', payment_id: `cancelled-${order_id}`, amount: 1 };
  return tables.putFirst(names.payments, record, 'order_id');
}

const away = (seconds: number) => (stock: FlakyStock) => {
  const until = clock.now() + seconds * 1_000;
  stock.before = () => {
    if (clock.now() < until) throw new TransientError('STOCK_UNREACHABLE', 'away');
  };
};
const refusing = (call: string) => (stock: FlakyStock) => {
  stock.before = (made) => {
    if (made === call) throw new StockRefusal('RESERVATION_EXPIRED', 409, 'expired');
  };
};

test('a paid order completes, and its token is gone', async () => {
  const { record, calls, stock } = await run({});
  expect(record.status).toBe('completed');
  expect(record).not.toHaveProperty('payment_token');
  expect(calls).toEqual([
    'reserve-stock',
    'process-payment',
    'update-stock',
    'send-notification',
    'complete-order',
  ]);
  expect(stock.available).toBe(3);
});

describe('stock-service away', () => {
  test.each([20, 120])('for %i s fails no order', async (seconds) => {
    const { record, seconds: took } = await run({ prepare: away(seconds) });
    expect(record.status).toBe('completed');
    expect(took).toBeGreaterThanOrEqual(seconds);
    expect(took).toBeLessThan(seconds + 30);
  });

  test('for 120 s between payment and deduction fails none either', async () => {
    const { record } = await run({
      prepare: (stock) => {
        let until: number | undefined;
        stock.before = (call) => {
          if (call !== 'commit') return;
          until ??= clock.now() + 120_000;
          if (clock.now() < until) throw new TransientError('STOCK_UNREACHABLE', 'away');
        };
      },
    });
    expect(record.status).toBe('completed');
  });

  test('a cancel meanwhile is cancelled when it is back', async () => {
    const { record, payment, stock } = await run({
      prepare: away(60),
      beforeCall: async (n, cancel) => {
        if (n === 5) expect(await cancel()).toBe(true);
      },
    });
    expect([record.status, payment?.state, stock.available]).toEqual(['cancelled', 'cancelled', 5]);
  });

  test('for good, the order fails and nothing was charged', async () => {
    const { record, seconds } = await run({
      prepare: (stock) => {
        stock.before = (call) => {
          if (call === 'reserve') throw new TransientError('STOCK_UNREACHABLE', 'away');
        };
      },
    });
    expect(record).toMatchObject({
      status: 'failed',
      failure: { code: 'STEP_FAILED', message: 'The order could not be completed. Nothing was charged.' },
    });
    expect(seconds).toBeGreaterThan(120);
  });
});

test.each([
  ['out of stock', { available: 1 }],
  ['a declined payment', { token: 'tok_chargeDeclined' }],
  ['a refused deduction', { prepare: refusing('commit') }],
])('%s is answered at once', async (_, scenario) => {
  const { record, seconds } = await run(scenario);
  expect(record.status).toBe('failed');
  expect(seconds).toBe(0);
});

test('a refund is told as such', async () => {
  const { record, payment } = await run({ prepare: refusing('commit') });
  expect(record.failure?.message).toBe('The order could not be completed. The payment was refunded in full.');
  expect(record.history.map(({ type }) => type)).toEqual([
    'OrderPlaced',
    'StockReserved',
    'PaymentCaptured',
    'StepFailed',
    'PaymentRefunded',
    'StockReleased',
    'OrderFailed',
  ]);
  expect(payment?.state).toBe('refunded');
});

describe('a cancel, before whichever function of the saga, in whichever story', () => {
  const stories: [string, Scenario][] = [
    ['the order could complete', {}],
    ['an item is out of stock', { available: 1 }],
    ['the payment is declined', { token: 'tok_chargeDeclined' }],
    ['the capture times out once', { token: 'tok_timeout' }],
    ['the reservation is refused', { prepare: refusing('reserve') }],
    ['the deduction is refused', { prepare: refusing('commit') }],
    ['the sandbox fails the deduction', { token: 'tok_deductFails' }],
  ];
  const failures = /OutOfStock|PaymentDeclined|StepFailed|OrderFailed/;

  test.each(stories)('accepted, ends as cancelled; refused, does not: %s', async (_, scenario) => {
    const answers: boolean[] = [];
    for (let moment = 0; ; moment += 1) {
      let accepted: boolean | undefined;
      const { record, payment, stock, events, calls, cancel } = await run({
        ...scenario,
        beforeCall: async (n, ask) => {
          if (n === moment) accepted = await ask();
        },
      });
      if (accepted === undefined) {
        expect(calls.length).toBe(moment);
        break;
      }
      answers.push(accepted);
      expect(record.status === 'cancelled').toBe(accepted);
      expect(await cancel()).toBe(false);
      if (!accepted) continue;
      expect(payment?.state).toBe('cancelled');
      expect(record.failure?.code).toBe('ORDER_CANCELLED');
      expect(JSON.stringify(record.history)).not.toMatch(failures);
      expect(events.names.at(-1)).toBe('OrderCancelled');
      expect(events.names).not.toContain('OrderFailed');
      expect(stock.available).toBe(scenario.available ?? 5);
      expect(record).not.toHaveProperty('payment_token');
    }
    // The first moment is always early enough.
    expect(answers[0]).toBe(true);
  });
});
