import { catalogue } from './catalogue';
import { pastOrders } from './past-orders';
import { demoUsers } from './people';
import { drawPicture } from './picture';

const products = catalogue();

it('has 500 different products in 12 categories, in two languages, in yen, with stock between 0 and 500', () => {
  expect([
    products.length,
    new Set(products.map((p) => p.id)).size,
    new Set(products.map((p) => p.category)).size,
  ]).toEqual([500, 500, 12]);
  expect(new Set(products.map((p) => p.name)).size).toBe(500);
  expect(new Set(products.map((p) => p.nameEn)).size).toBe(500);
  for (const product of products) {
    expect(product.description.length).toBeGreaterThan(20);
    expect(product.descriptionEn).toMatch(/[a-z]/);
    expect(Number.isInteger(product.price) && product.price >= 100).toBe(true);
    expect(product.stock >= 0 && product.stock <= 500).toBe(true);
  }
});

it('is the same every time', () => {
  expect(catalogue()).toEqual(products);
});

it('has a picture for every product, and no two categories look alike', () => {
  const pictures = products.map(drawPicture);
  expect(new Set(pictures).size).toBe(500);
  for (const picture of pictures) expect(picture).not.toMatch(/undefined|NaN/);
});

it('has two years of past orders whose payments are what completed orders cost', () => {
  const today = new Date('2026-11-01T00:00:00Z');
  const orders = pastOrders(demoUsers(), products, today);
  const times = orders.map(({ order }) => Date.parse(order.created_at));
  expect(new Set(orders.map(({ order }) => order.order_id)).size).toBe(orders.length);
  expect((today.getTime() - Math.min(...times)) / 86_400_000).toBeGreaterThan(650);
  expect(Math.max(...times)).toBeLessThan(today.getTime());
  for (const { order, payment } of orders)
    expect(payment?.amount).toBe(order.status === 'completed' ? order.total_amount : undefined);
});
