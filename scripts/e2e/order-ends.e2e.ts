import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createEvent, type DomainEvent } from '@yorozu/events';
import { ShopAdmin, ShopClient, type OrderView } from '../lib/shop-client';
import { checkInvariants, sentMails, type Mail } from '../lib/invariants';
import { endpoints } from './endpoints';

let admin: ShopAdmin;
let shopper: ShopClient;
const placed: string[] = [];
const bus = new EventBridgeClient({
  region: 'ap-northeast-1',
  endpoint: endpoints.aws,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

beforeAll(async () => {
  admin = await ShopAdmin.login(endpoints.gateway);
  shopper = await ShopClient.register(endpoints.gateway);
});
afterAll(async () => {
  expect(await checkInvariants(endpoints, placed)).toEqual([]);
});

async function place(productId: string, quantity = 1, token = 'tok_visa'): Promise<string> {
  const { status, body } = await shopper.placeOrder([{ productId, quantity }], { token });
  expect(status).toBe(202);
  placed.push(body.orderId);
  return body.orderId;
}

const cancel = async (orderId: string): Promise<number> =>
  (await shopper.send('POST', `/api/orders/${orderId}/cancel`)).status;

async function mailsAbout(orderId: string): Promise<Mail[]> {
  return (await sentMails(endpoints)).filter(({ text = '' }) => text.includes(orderId));
}

async function mailAbout(orderId: string): Promise<Mail> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const [mail] = await mailsAbout(orderId);
    if (mail) return mail;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail about order ${orderId}`);
}

async function stockOf(productId: string): Promise<{ quantity: number; reserved: number } | undefined> {
  const response = await fetch(`${endpoints.stockService}/stock?ids=${productId}`);
  const { items } = (await response.json()) as { items: { quantity: number; reserved: number }[] };
  return items.map(({ quantity, reserved }) => ({ quantity, reserved }))[0];
}

describe('an accepted cancel', () => {
  it('of an order that is out of stock as well ends as cancelled, ten times of ten', async () => {
    const productId = await admin.product(1);
    const orders = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const orderId = await place(productId, 5);
        return { accepted: (await cancel(orderId)) === 202, order: await shopper.settled(orderId) };
      }),
    );
    for (const { accepted, order } of orders) {
      expect(order.status === 'cancelled').toBe(accepted);
      expect(order.payment).toEqual({ state: accepted ? 'cancelled' : 'none' });
      if (accepted) expect(JSON.stringify(order.history)).not.toMatch(/OutOfStock|OrderFailed/);
    }
    expect(await stockOf(productId)).toEqual({ quantity: 1, reserved: 0 });
  });

  it('wins while tok_slow is being paid, and is told by mail', async () => {
    const productId = await admin.product(3);
    const orderId = await place(productId, 1, 'tok_slow');
    while ((await shopper.order(orderId)).status === 'pending')
      await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(await cancel(orderId)).toBe(202);
    expect(await shopper.settled(orderId)).toMatchObject({
      status: 'cancelled',
      payment: { state: 'cancelled' },
    });
    expect((await mailAbout(orderId)).text).toMatch(/お支払いの前に|before the payment was taken/);
    expect(await stockOf(productId)).toEqual({ quantity: 3, reserved: 0 });
  });
});

it('tok_slow is paid after four seconds', async () => {
  const orderId = await place(await admin.product(3), 1, 'tok_slow');
  const order = await shopper.settled(orderId);
  const at = (type: string): number =>
    Date.parse(order.history.find((entry) => entry.type === type)?.at ?? '');
  expect(order).toMatchObject({ status: 'completed', payment: { state: 'captured' } });
  expect(at('PaymentCaptured') - at('StockReserved')).toBeGreaterThanOrEqual(4_000);
});

it.each([
  ['tok_deductFails', 'refunded', /全額を返金|refunded in full/],
  ['tok_chargeDeclined', 'declined', /承認されなかった|was not charged/],
])(
  'a failure by %s says that the payment is %s, in the answer and in the mail',
  async (token, state, words) => {
    const orderId = await place(await admin.product(3), 1, token);
    expect(await shopper.settled(orderId)).toMatchObject({ status: 'failed', payment: { state } });
    const { text } = await mailAbout(orderId);
    expect(text).toMatch(words);
    if (state === 'refunded') expect(text).not.toMatch(/請求されません|not be charged/);
  },
);

it('an event that a completed order contradicts changes neither stock nor mail', async () => {
  const productId = await admin.product(20);
  const order = await shopper.settled(await place(productId));
  const forged = lies(order);
  const { FailedEntryCount } = await bus.send(
    new PutEventsCommand({
      Entries: forged.map(({ source, detailType, detail }) => ({
        EventBusName: 'ecommerce-event-bus',
        Source: source,
        DetailType: detailType,
        Detail: JSON.stringify(detail),
      })),
    }),
  );
  expect(FailedEntryCount).toBe(0);
  // A true one after them: when it has been told, they have been dealt with.
  await mailAbout((await shopper.settled(await place(await admin.product(0)))).orderId);
  expect(await stockOf(productId)).toEqual({ quantity: 19, reserved: 0 });
  expect(await shopper.order(order.orderId)).toEqual(order);
  expect((await mailsAbout(order.orderId)).map(({ subject }) => subject)).toEqual([
    expect.stringMatching(/ありがとうございます|Thank you/),
  ]);
});

function lies({ orderId, items, totalAmount, currency }: OrderView): DomainEvent[] {
  const lines = items.map(({ productId, productName, quantity, price }) => ({
    productId,
    productName,
    quantity,
    price,
  }));
  const detail = { orderId, userId: shopper.userId, items: lines, totalAmount, currency };
  const trace = { correlationId: 'forged' };
  return [
    createEvent('OrderFailed', { ...detail, failure: { code: 'STEP_FAILED', message: 'x' } }, trace),
    createEvent('OrderCancelled', detail, trace),
    createEvent('OrderCreated', detail, trace),
  ];
}
