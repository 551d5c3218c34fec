import { merge, type ProductChange } from './product-changes';
import type { IndexedProduct } from './search-index';

const id = 'p-1';
const fields = (name: string) => ({
  ...{ name, nameEn: '', description: '', descriptionEn: '', category: 'kitchen', price: 100 },
  ...{
    currency: 'JPY',
    imageUrl: null,
    createdAt: '2026-11-01T00:00:00Z',
    updatedAt: '2026-11-01T00:00:00Z',
  },
});
const product = (version: number, name: string): ProductChange => ({
  id,
  product: { version, fields: fields(name) },
});
const deletion = (version: number): ProductChange => ({ id, product: { version, fields: null } });
const stock = (version: number, available: number): ProductChange => ({ id, stock: { version, available } });

const apply = (changes: readonly ProductChange[], before?: IndexedProduct): IndexedProduct | undefined =>
  changes.reduce(merge, before);

function permutations<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, i) => permutations(values.toSpliced(i, 1)).map((rest) => [value, ...rest]));
}

test.each([
  ['the newest of product and stock', [product(1, '旧'), product(3, '新'), stock(4, 9), stock(6, 0)], '新'],
  ['a deletion stays one', [product(1, '旧'), deletion(2), stock(4, 9), stock(6, 0)], undefined],
  [
    'a deleted product that came back is one',
    [deletion(2), product(3, '新'), stock(4, 9), stock(6, 0)],
    '新',
  ],
])('whatever the order and however often: %s', (_, changes, name) => {
  const wanted = name === undefined ? { deleted: true, version: 2 } : { ...fields(name), version: 3 };
  for (const order of permutations(changes)) {
    expect(apply([...order, ...order.toReversed()])).toEqual({
      ...{ productId: id, available: 0, inStock: false, stockVersion: 6 },
      ...wanted,
    });
  }
});

test('what is not newer leaves the same object, so that nothing is written', () => {
  const document = apply([product(2, '新'), stock(2, 5)]);
  expect(apply([product(2, '新'), product(1, '旧'), stock(2, 5), stock(1, 7)], document)).toBe(document);
});

test('an event without a version fills what is not there and replaces nothing', () => {
  expect(apply([stock(0, 5)])).toEqual({ productId: id, available: 5, inStock: true, stockVersion: 0 });
  expect(apply([product(0, '旧'), stock(0, 5)])).toMatchObject({ name: '旧', available: 5 });
  const current = apply([product(1, '新'), stock(1, 3)]);
  expect(apply([product(0, '旧'), deletion(0), stock(0, 5)], current)).toBe(current);
  expect(apply([product(0, '旧')], apply([deletion(4)]))).toEqual({
    productId: id,
    version: 4,
    deleted: true,
  });
});

test('a document from before versions gives way to every version, and to nothing without one', () => {
  const old: IndexedProduct = { productId: id, ...fields('旧'), available: 5, inStock: true, popularity: 7 };
  expect(apply([product(0, '他'), deletion(0), stock(0, 9)], old)).toBe(old);
  expect(apply([product(1, '新'), stock(1, 0)], old)).toEqual({
    ...{ productId: id, ...fields('新'), version: 1, popularity: 7 },
    ...{ available: 0, inStock: false, stockVersion: 1 },
  });
});
