import type { OrderRecord, PaymentRecord } from '@yorozu/events';
import type { DemoProduct } from './catalogue';
import type { DemoUser } from './people';
import { Random, uuidFromName, uuidV7FromName } from './random';

export interface PastOrder {
  readonly order: OrderRecord;
  readonly payment?: PaymentRecord;
}

const day = 86_400_000;
const prefectures = [
  ['東京都', '世田谷区', '154-0004'],
  ['大阪府', '大阪市北区', '530-0001'],
  ['北海道', '札幌市中央区', '060-0001'],
  ['福岡県', '福岡市博多区', '812-0011'],
  ['愛知県', '名古屋市中区', '460-0008'],
] as const;

/**
 * Two years of orders up to `today`. People come back to a few categories they like, so that "bought together" has
 * something to find; a few orders failed or were cancelled, as in life.
 */
export function pastOrders(
  users: readonly DemoUser[],
  products: readonly DemoProduct[],
  today: Date,
): PastOrder[] {
  const byCategory = new Map<string, DemoProduct[]>();
  for (const product of products)
    byCategory.set(product.category, [...(byCategory.get(product.category) ?? []), product]);
  const categories = [...byCategory.keys()];
  return users
    .filter((user) => !user.roles.includes('admin'))
    .flatMap((user, index) => {
      const random = new Random(1_000 + index);
      const favourites = [random.pick(categories), random.pick(categories), random.pick(categories)];
      const count = user.signsIn ? 36 : random.between(12, 30);
      return Array.from({ length: count }, (_, number) => {
        const shelf = byCategory.get(random.pick(favourites)) as DemoProduct[];
        const at = new Date(
          today.getTime() -
            Math.floor((number / count) * 730 * day) -
            random.between(1, 12) * day -
            random.between(0, 86_399) * 1_000,
        );
        return pastOrder(user, basket(random, shelf), at, random);
      });
    });
}

function basket(random: Random, shelf: readonly DemoProduct[]): { product: DemoProduct; quantity: number }[] {
  const start = random.between(0, shelf.length - 1);
  const size = random.pick([1, 1, 2, 2, 3, 4]);
  // Neighbours on the shelf are bought together more often.
  const chosen = new Set(Array.from({ length: size }, () => (start + random.between(0, 5)) % shelf.length));
  return [...chosen].map((index) => ({
    product: shelf[index] as DemoProduct,
    quantity: random.pick([1, 1, 1, 2, 3]),
  }));
}

function pastOrder(
  user: DemoUser,
  lines: readonly { product: DemoProduct; quantity: number }[],
  at: Date,
  random: Random,
): PastOrder {
  const luck = random.next();
  const status = luck < 0.93 ? 'completed' : luck < 0.97 ? 'failed' : 'cancelled';
  const orderId = uuidV7FromName(at, `past:${user.id}:${at.getTime()}`);
  const total = lines.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
  const [prefecture, city, postalCode] = random.pick(prefectures);
  const types = {
    completed: [
      'OrderPlaced',
      'StockReserved',
      'PaymentCaptured',
      'StockDeducted',
      'NotificationSent',
      'OrderCompleted',
    ],
    failed: ['OrderPlaced', 'StockReserved', 'PaymentDeclined', 'StockReleased', 'OrderFailed'],
    cancelled: ['OrderPlaced', 'StockReserved', 'OrderCancelled', 'StockReleased', 'OrderCancelled'],
  } as const;
  const moment = (step: number): string => new Date(at.getTime() + step * 90).toISOString();
  const history = types[status].map((type, step) => ({ at: moment(step), type }));
  const order: OrderRecord = {
    user_id: user.id,
    order_id: orderId,
    status,
    total_amount: total,
    currency: 'JPY',
    items: lines.map(({ product, quantity }) => ({
      product_id: product.id,
      product_name: product.name,
      quantity,
      price: product.price,
    })),
    shipping_address: {
      name: user.name,
      postalCode,
      prefecture,
      city,
      line1: `${random.between(1, 9)}-${random.between(1, 30)}`,
      line2: '',
      phone: '090-0000-0000',
    },
    customer: { email: user.email, name: user.name, locale: 'ja' },
    history,
    ...(status === 'failed'
      ? { failure: { code: 'PAYMENT_DECLINED', message: 'The card was declined' } }
      : {}),
    correlation_id: `seed-${orderId}`,
    created_at: moment(0),
    updated_at: moment(history.length - 1),
    // Demo history spans two years, so it outlives the year that real orders are kept.
    ttl: Math.floor((Date.now() + 365 * day) / 1000),
  };
  if (status !== 'completed') return { order };
  const payment: PaymentRecord = {
    order_id: orderId,
    state: 'captured',
    payment_id: uuidFromName(`payment:${orderId}`),
    user_id: user.id,
    amount: total,
    currency: 'JPY',
    captured_at: moment(2),
  };
  return { order, payment };
}
