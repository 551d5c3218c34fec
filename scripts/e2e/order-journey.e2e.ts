import { randomUUID } from 'node:crypto';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { ShopAdmin, ShopClient, type OrderView } from '../lib/shop-client';
import { checkInvariants } from '../lib/invariants';
import { endpoints } from './endpoints';

let admin: ShopAdmin;
let shopper: ShopClient;
const placed: string[] = [];

beforeAll(async () => {
  admin = await ShopAdmin.login(endpoints.gateway);
  shopper = await ShopClient.register(endpoints.gateway);
});

afterAll(async () => {
  expect(await checkInvariants(endpoints, placed)).toEqual([]);
});

async function buy(productId: string, token: string, quantity = 1): Promise<OrderView> {
  const answer = await shopper.placeOrder([{ productId, quantity }], { token });
  expect(answer.status).toBe(202);
  placed.push(answer.body.orderId);
  return shopper.settled(answer.body.orderId);
}

const types = (order: OrderView): string[] => order.history.map((entry) => entry.type);

async function stockOf(productId: string): Promise<{ quantity: number; reserved: number }> {
  const response = await fetch(`${endpoints.stockService}/stock?ids=${productId}`);
  const body = (await response.json()) as { items: { quantity: number; reserved: number }[] };
  const { quantity, reserved } = body.items[0] ?? { quantity: NaN, reserved: NaN };
  return { quantity, reserved };
}

const lambda = new LambdaClient({
  region: 'ap-northeast-1',
  endpoint: endpoints.aws,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** While `work` runs, the saga waits at a step: its function is throttled, and the saga keeps trying. */
async function heldAt<T>(functionName: string, work: () => Promise<T>): Promise<T> {
  await lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: 0 }),
  );
  try {
    return await work();
  } finally {
    await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: functionName }));
  }
}

const completed = [
  'OrderPlaced',
  'StockReserved',
  'PaymentCaptured',
  'StockDeducted',
  'NotificationSent',
  'OrderCompleted',
];

describe('an order', () => {
  it('by tok_visa is completed with the whole history, and deducted once', async () => {
    const productId = await admin.product(10, 7_500);
    const order = await buy(productId, 'tok_visa', 2);
    expect(order).toMatchObject({ status: 'completed', totalAmount: 15_000, currency: 'JPY' });
    expect(order.items).toEqual([expect.objectContaining({ productId, quantity: 2, price: 7_500 })]);
    expect(types(order)).toEqual(completed);
    expect(await stockOf(productId)).toEqual({ quantity: 8, reserved: 0 });
  });

  it('by tok_timeout is captured once although the first try times out', async () => {
    const productId = await admin.product(3);
    const order = await buy(productId, 'tok_timeout');
    expect([order.status, types(order)]).toEqual(['completed', completed]);
  });

  it.each(['tok_chargeDeclined', 'tok_insufficientFunds'])(
    'by %s fails and gives the stock back',
    async (token) => {
      const productId = await admin.product(3);
      const order = await buy(productId, token);
      expect(order).toMatchObject({ status: 'failed', failure: { code: 'PAYMENT_DECLINED' } });
      expect(types(order)).toEqual([
        'OrderPlaced',
        'StockReserved',
        'PaymentDeclined',
        'StockReleased',
        'OrderFailed',
      ]);
      expect(await stockOf(productId)).toEqual({ quantity: 3, reserved: 0 });
    },
  );

  it('whose stock cannot be deducted (tok_deductFails) is refunded and released', async () => {
    const productId = await admin.product(3);
    const order = await buy(productId, 'tok_deductFails');
    expect(order).toMatchObject({ status: 'failed', failure: { code: 'STEP_FAILED' } });
    expect(types(order)).toEqual([
      'OrderPlaced',
      'StockReserved',
      'PaymentCaptured',
      'StepFailed',
      'PaymentRefunded',
      'StockReleased',
      'OrderFailed',
    ]);
    expect(await stockOf(productId)).toEqual({ quantity: 3, reserved: 0 });
  });

  it('of more than is in stock fails as OUT_OF_STOCK without a payment', async () => {
    const productId = await admin.product(1);
    const order = await buy(productId, 'tok_visa', 2);
    expect(order).toMatchObject({ status: 'failed', failure: { code: 'OUT_OF_STOCK' } });
    expect(types(order)).toEqual(['OrderPlaced', 'OutOfStock', 'OrderFailed']);
    expect(await stockOf(productId)).toEqual({ quantity: 1, reserved: 0 });
  });

  it('of several products takes all or nothing', async () => {
    const [plenty, none] = [await admin.product(5), await admin.product(0)];
    const answer = await shopper.placeOrder([
      { productId: plenty, quantity: 1 },
      { productId: none, quantity: 1 },
    ]);
    placed.push(answer.body.orderId);
    expect(await shopper.settled(answer.body.orderId)).toMatchObject({
      status: 'failed',
      failure: { code: 'OUT_OF_STOCK' },
    });
    expect(await stockOf(plenty)).toEqual({ quantity: 5, reserved: 0 });
  });

  it('is readable at once after the 202 and stands first in the list', async () => {
    const productId = await admin.product(5);
    const { body } = await shopper.placeOrder([{ productId, quantity: 1 }]);
    placed.push(body.orderId);
    expect((await shopper.order(body.orderId)).history[0]?.type).toBe('OrderPlaced');
    const list = await shopper.send<{ items: { orderId: string }[] }>('GET', '/api/orders?limit=5');
    expect(list.body.items[0]?.orderId).toBe(body.orderId);
    await shopper.settled(body.orderId);
  });
});

describe('cancel', () => {
  it('at once: the order is cancelled, stock and money untouched, or it was already paid and refuses', async () => {
    const productId = await admin.product(50);
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const { body } = await shopper.placeOrder([{ productId, quantity: 1 }]);
        placed.push(body.orderId);
        await new Promise((resolve) => setTimeout(resolve, index * 25));
        const cancel = await shopper.send<{ code?: string }>('POST', `/api/orders/${body.orderId}/cancel`);
        const order = await shopper.settled(body.orderId);
        return { cancel, order };
      }),
    );
    for (const { cancel, order } of outcomes) {
      if (cancel.status === 202) {
        expect(order.status).toBe('cancelled');
        expect(order.history.at(-1)?.type).toBe('OrderCancelled');
        expect(types(order)).not.toContain('PaymentCaptured');
      } else {
        expect([cancel.status, cancel.body.code, order.status]).toEqual([
          409,
          'NOT_CANCELLABLE',
          'completed',
        ]);
      }
    }
    const sold = outcomes.filter(({ order }) => order.status === 'completed').length;
    expect(await stockOf(productId)).toEqual({ quantity: 50 - sold, reserved: 0 });
  });

  it.each(['reserve-stock', 'process-payment'])(
    'while %s has not run is accepted, and nothing is sold',
    async (step) => {
      const productId = await admin.product(5);
      const orderId = await heldAt(step, async () => {
        const { body } = await shopper.placeOrder([{ productId, quantity: 1 }]);
        placed.push(body.orderId);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect((await shopper.send('POST', `/api/orders/${body.orderId}/cancel`)).status).toBe(202);
        return body.orderId;
      });
      const order = await shopper.settled(orderId);
      expect(order.status).toBe('cancelled');
      expect(types(order)).toEqual([
        'OrderPlaced',
        'StockReserved',
        'OrderCancelled',
        'StockReleased',
        'OrderCancelled',
      ]);
      expect(order.failure).toBeUndefined();
      expect(await stockOf(productId)).toEqual({ quantity: 5, reserved: 0 });
    },
  );

  it.each(['update-stock', 'send-notification', 'complete-order'])(
    'once it is paid (held at %s) is refused',
    async (step) => {
      const productId = await admin.product(5);
      const orderId = await heldAt(step, async () => {
        const { body } = await shopper.placeOrder([{ productId, quantity: 1 }]);
        placed.push(body.orderId);
        while (!types(await shopper.order(body.orderId)).includes('PaymentCaptured'))
          await new Promise((resolve) => setTimeout(resolve, 20));
        const cancel = await shopper.send('POST', `/api/orders/${body.orderId}/cancel`);
        expect([cancel.status, cancel.body.code]).toEqual([409, 'NOT_CANCELLABLE']);
        return body.orderId;
      });
      expect((await shopper.settled(orderId)).status).toBe('completed');
    },
  );

  it('of an ended order is refused', async () => {
    const order = await buy(await admin.product(1), 'tok_visa');
    const answer = await shopper.send('POST', `/api/orders/${order.orderId}/cancel`);
    expect([answer.status, answer.body.code]).toEqual([409, 'NOT_CANCELLABLE']);
  });
});

describe('idempotency', () => {
  it('20 posts with one key are one order', async () => {
    const productId = await admin.product(30);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => shopper.placeOrder([{ productId, quantity: 1 }], { key })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 202));
    const ids = new Set(answers.map((answer) => answer.body.orderId));
    expect(ids.size).toBe(1);
    const [orderId = ''] = ids;
    placed.push(orderId);
    await shopper.settled(orderId);
    expect(await stockOf(productId)).toEqual({ quantity: 29, reserved: 0 });
  });

  it('the same key with another body is refused', async () => {
    const productId = await admin.product(5);
    const key = randomUUID();
    const first = await shopper.placeOrder([{ productId, quantity: 1 }], { key });
    placed.push(first.body.orderId);
    const second = await shopper.placeOrder([{ productId, quantity: 2 }], { key });
    expect([second.status, second.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    await shopper.settled(first.body.orderId);
  });

  it('an expected total that is not ours is refused', async () => {
    const productId = await admin.product(5, 1_000);
    const answer = await shopper.placeOrder([{ productId, quantity: 2 }], {
      extra: { expectedTotal: 1_999 },
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'PRICE_CHANGED']);
  });
});

describe('a sale', () => {
  it('60 buyers at once for 20 in stock: 20 completed, 40 out of stock, nothing reserved', async () => {
    const productId = await admin.product(20);
    const buyers = await Promise.all(Array.from({ length: 6 }, () => ShopClient.register(endpoints.gateway)));
    const orders = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const buyer = buyers[index % buyers.length] as ShopClient;
        const { status, body } = await buyer.placeOrder([{ productId, quantity: 1 }]);
        expect(status).toBe(202);
        placed.push(body.orderId);
        return buyer.settled(body.orderId);
      }),
    );
    const count = (status: string): number => orders.filter((order) => order.status === status).length;
    expect([count('completed'), count('failed')]).toEqual([20, 40]);
    expect(new Set(orders.filter((o) => o.status === 'failed').map((o) => o.failure?.code))).toEqual(
      new Set(['OUT_OF_STOCK']),
    );
    expect(await stockOf(productId)).toEqual({ quantity: 0, reserved: 0 });
  });
});
