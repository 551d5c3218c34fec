import { productsIndex, productsIndexDefinition } from '../../../../lambdas/shared/search-index';
import type { SearchIndex as ProductPort } from '../../../../lambdas/query/product-search/product-search';
import { searchProducts } from '../../../../lambdas/query/product-search/product-search';
import { searchQuery } from '../../../../lambdas/query/product-search/search-query';
import { catalogue } from '../../../../scripts/seed/catalogue';
import { indexProducts } from '../../../../scripts/seed/search-index';
import { startServer, type TestServer } from './testing/server';

let server: TestServer;
let index: ProductPort;
const products = catalogue();

beforeAll(async () => {
  server = await startServer();
  await indexProducts(
    server.url,
    products,
    new Map([[products[7]?.id ?? '', 99]]),
    ({ imageKey }) => imageKey,
  );
  process.env.OPENSEARCH_URL = server.url;
  ({ index } = await import('../../../../lambdas/query/product-search/deps'));
});
afterAll(() => server.close());

interface Page {
  readonly items: {
    id: string;
    name: string;
    price: number;
    category: string;
    available: number;
    createdAt: string;
  }[];
  readonly total: number;
  readonly facets: {
    readonly category: { value: string; count: number }[];
    readonly price: { from: number; to?: number; count: number }[];
  };
}

async function find(parameters: Record<string, string>, locale: 'ja' | 'en' = 'ja'): Promise<Page> {
  return (await searchProducts(searchQuery.parse(parameters), locale, index)) as Page;
}

test('everything, by page, each product once, the sold one first', async () => {
  const pages = await Promise.all(
    [1, 2, 3, 4, 5].map((page) => find({ page: String(page), pageSize: '100' })),
  );
  expect(pages[0]?.total).toBe(500);
  expect(pages[0]?.items[0]?.id).toBe(products[7]?.id);
  expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(500);
});

test('facets count as the catalogue does', async () => {
  const { facets } = await find({});
  const counts = new Map<string, number>();
  for (const { category } of products) counts.set(category, (counts.get(category) ?? 0) + 1);
  expect(new Map(facets.category.map(({ value, count }) => [value, count]))).toEqual(counts);
  const within = (from: number, to = Infinity): number =>
    products.filter(({ price }) => price >= from && price < to).length;
  expect(facets.price).toEqual([
    { from: 0, to: 1_000, count: within(0, 1_000) },
    { from: 1_000, to: 3_000, count: within(1_000, 3_000) },
    { from: 3_000, to: 5_000, count: within(3_000, 5_000) },
    { from: 5_000, to: 10_000, count: within(5_000, 10_000) },
    { from: 10_000, to: 30_000, count: within(10_000, 30_000) },
    { from: 30_000, count: within(30_000) },
  ]);
});

test('a category and a price narrow the hits, each facet but its own', async () => {
  const inside = products.filter(
    ({ category, price }) => category === 'kitchen' && price >= 3_000 && price <= 9_800,
  );
  const { items, total, facets } = await find({
    category: 'kitchen',
    minPrice: '3000',
    maxPrice: '9800',
    pageSize: '100',
  });
  expect(total).toBe(inside.length);
  expect(new Set(items.map(({ id }) => id))).toEqual(new Set(inside.map(({ id }) => id)));
  const affordable = products.filter(({ price }) => price >= 3_000 && price <= 9_800);
  expect(facets.category.reduce((sum, { count }) => sum + count, 0)).toBe(affordable.length);
  expect(facets.category.length).toBeGreaterThan(1);
  const kitchen = products.filter(({ category }) => category === 'kitchen');
  expect(facets.price.reduce((sum, { count }) => sum + count, 0)).toBe(kitchen.length);
});

test.each([
  [
    '南部鉄器',
    ({ name, description }: { name: string; description: string }) => /南部鉄器/.test(name + description),
  ],
  ['包丁', ({ name, description }: { name: string; description: string }) => /包丁/.test(name + description)],
  ['急須', ({ name, description }: { name: string; description: string }) => /急須/.test(name + description)],
  [
    '三徳包丁',
    ({ name, description }: { name: string; description: string }) => /三徳包丁/.test(name + description),
  ],
])('%s finds every product that names it', async (q, named) => {
  const wanted = products.filter(named).map(({ id }) => id);
  const { items } = await find({ q, pageSize: '100' });
  expect(wanted.filter((id) => !items.some((item) => item.id === id))).toEqual([]);
});

test('what is found is about it, the name first', async () => {
  const { items, total } = await find({ q: '三徳包丁', pageSize: '100' });
  expect(total).toBeGreaterThan(0);
  expect(total).toBeLessThan(20);
  expect(items[0]?.name).toContain('三徳包丁');
});

test('full-width and upper case letters are the same; words of both languages need no order', async () => {
  const plain = await find({ q: 'santoku knife' }, 'en');
  expect(plain.items[0]?.name).toMatch(/^Santoku knife/);
  expect((await find({ q: 'KNIVES ＳＡＮＴＯＫＵ' }, 'en')).total).toBe(0);
  expect((await find({ q: 'knife SANTOKU' }, 'en')).items).toEqual(plain.items);
  expect((await find({ q: '１６５ｍｍ 三徳' })).items[0]?.name).toContain('三徳包丁 165mm');
});

test('a plural finds the singular', async () => {
  const [singular, plural] = [await find({ q: 'teapot' }, 'en'), await find({ q: 'teapots' }, 'en')];
  expect(singular.total).toBeGreaterThan(0);
  expect(plural.items).toEqual(singular.items);
});

test('all words have to be found', async () => {
  expect((await find({ q: '包丁 ぺんぎん飛行船' })).total).toBe(0);
});

test.each([
  ['price_asc', (a: Page['items'][number], b: Page['items'][number]) => a.price - b.price],
  ['price_desc', (a: Page['items'][number], b: Page['items'][number]) => b.price - a.price],
  [
    'newest',
    (a: Page['items'][number], b: Page['items'][number]) => Date.parse(b.createdAt) - Date.parse(a.createdAt),
  ],
])('%s', async (sort, order) => {
  const { items } = await find({ sort, pageSize: '100' });
  expect(items.map(({ id }) => id)).toEqual(
    [...items].sort((a, b) => order(a, b) || (a.id < b.id ? -1 : 1)).map(({ id }) => id),
  );
});

test('stock', async () => {
  const out = products.filter(({ stock }) => stock === 0).length;
  expect((await find({ inStock: 'false' })).total).toBe(out);
  expect((await find({ inStock: 'true' })).total).toBe(500 - out);
});

test('the indexer’s writes: changes keep the stock, a new product is made whole, a removed one is gone', async () => {
  const { ProductIndex, searchClient } = await import('../../../../lambdas/shared/search-client');
  const client = searchClient(server.url);
  const writer = new ProductIndex(client);
  const [first] = products;
  const document = {
    ...(await client.get({ index: productsIndex, id: first?.id ?? '' })).body._source,
    productId: 'new',
    name: '銀河鉄道の模型',
  };
  const results = await writer.bulk([
    { upsert: { id: first?.id ?? '' }, changes: { name: '改名した包丁' }, document },
    { upsert: { id: 'new' }, changes: { name: 'not used' }, document },
    { update: { id: 'unknown' }, document: { available: 1 } },
    { update: { id: first?.id ?? '' }, document: { price: 'cheap' } },
    { delete: { id: 'unknown' } },
  ]);
  expect(results).toEqual([
    'done',
    'done',
    'missing',
    {
      error: expect.stringMatching(
        /^mapper_parsing_exception: failed to parse field \[price\] of type \[integer\]/,
      ),
    },
    'missing',
  ]);
  const renamed = (await client.get({ index: productsIndex, id: first?.id ?? '' })).body._source;
  expect(renamed).toMatchObject({ name: '改名した包丁', price: first?.price, available: first?.stock });
  expect((await find({ q: '銀河鉄道' })).items.map(({ id }) => id)).toEqual(['new']);
  expect(
    await writer.bulk([
      { delete: { id: 'new' } },
      { upsert: { id: first?.id ?? '' }, changes: { name: first?.name }, document },
    ]),
  ).toEqual(['done', 'done']);
  expect((await find({ q: '銀河鉄道' })).total).toBe(0);
  await client.close();
});

test('a field that the index does not know is refused', async () => {
  const write = server.client.index({ index: productsIndex, id: 'x', body: { colour: 'red' } });
  await expect(write).rejects.toMatchObject({
    statusCode: 400,
    body: {
      error: {
        type: 'strict_dynamic_mapping_exception',
        reason: 'mapping set to strict, dynamic introduction of [colour] within [_doc] is not allowed',
      },
    },
  });
  expect(productsIndexDefinition.mappings.dynamic).toBe('strict');
});
