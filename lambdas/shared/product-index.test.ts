import type { ProductChange } from './product-changes';
import { ProductIndex, type ApplyResult } from './product-index';
import { listedProducts, productsIndex, productsIndexDefinition, versionMappings } from './search-index';
import { startSearch, type SearchServer } from './testing/search';

let server: SearchServer;
beforeAll(async () => {
  server = await startSearch();
}, 30_000);
afterAll(() => server.close());
beforeEach(async () => {
  await server.client.indices.delete({ index: productsIndex, ignore_unavailable: true });
});

const fields = (name: string, price = 100) => ({
  ...{ name, nameEn: name, description: '', descriptionEn: '', category: 'kitchen', price },
  ...{
    currency: 'JPY',
    imageUrl: null,
    createdAt: '2026-11-01T00:00:00Z',
    updatedAt: '2026-11-01T00:00:00Z',
  },
});
const product = (id: string, version: number, name: string): ProductChange => ({
  id,
  product: { version, fields: fields(name) },
});
const deletion = (id: string, version: number): ProductChange => ({ id, product: { version, fields: null } });
const stock = (id: string, version: number, available: number): ProductChange => ({
  id,
  stock: { version, available },
});

async function stored(id: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await server.client.mget({ index: productsIndex, body: { ids: [id] } });
  return (body.docs[0] as unknown as { _source?: Record<string, unknown> })._source;
}

/** Ids that a search sees, and how many products its facet counts. */
async function seen(): Promise<{ ids: string[]; counted: number }> {
  await server.client.indices.refresh({ index: productsIndex });
  const { body } = await server.client.search({
    index: productsIndex,
    body: {
      query: { bool: { filter: [listedProducts] } },
      aggs: { category: { terms: { field: 'category' } } },
      sort: [{ productId: 'asc' }],
    } as object,
  });
  const { buckets } = body.aggregations?.['category'] as unknown as { buckets: { doc_count: number }[] };
  return {
    ids: body.hits.hits.map(({ _id }) => String(_id)),
    counted: buckets.reduce((sum, { doc_count }) => sum + doc_count, 0),
  };
}

const errors = (results: readonly ApplyResult[]): unknown[] => results.filter((result) => 'error' in result);

test('a batch is written in its parts, each forwards', async () => {
  const index = new ProductIndex(server.client);
  const results = await index.apply([
    stock('a', 5, 3),
    product('a', 2, 'new'),
    product('a', 1, 'old'),
    stock('a', 4, 9),
    product('b', 1, 'other'),
  ]);
  expect(results.slice(0, 4)).toEqual(
    Array.from({ length: 4 }, () => ({ document: expect.objectContaining({ name: 'new', available: 3 }) })),
  );
  await index.apply([product('a', 1, 'old'), stock('a', 4, 9)]);
  expect(await stored('a')).toMatchObject({ name: 'new', version: 2, available: 3, stockVersion: 5 });
  expect(await seen()).toEqual({ ids: ['a', 'b'], counted: 2 });
});

test('neither stock without its product nor a deleted product is seen, found or counted', async () => {
  const index = new ProductIndex(server.client);
  await index.apply([stock('early', 1, 3), product('gone', 1, 'gone'), product('there', 1, 'there')]);
  await index.apply([deletion('gone', 2)]);
  await index.apply([product('gone', 1, 'gone'), stock('gone', 3, 1)]);
  expect(await stored('gone')).toEqual({
    ...{ productId: 'gone', version: 2, deleted: true },
    ...{ available: 1, inStock: true, stockVersion: 3 },
  });
  expect(await seen()).toEqual({ ids: ['there'], counted: 1 });
  await index.apply([product('early', 1, 'early')]);
  expect(await stored('early')).toMatchObject({ name: 'early', available: 3 });
  expect(await seen()).toEqual({ ids: ['early', 'there'], counted: 2 });
});

test('writers of the same documents at once lose nothing', async () => {
  const writers = Array.from({ length: 4 }, () => new ProductIndex(server.client));
  const ids = ['a', 'b', 'c'];
  await writers[0]?.apply([stock('a', 1, 1)]); // makes the index
  const work = writers.map(async (index, writer) => {
    const failed: unknown[] = [];
    for (let round = 1; round <= 10; round += 1) {
      const version = round * writers.length + writer;
      const changes = ids.map((id) =>
        writer % 2 === 0 ? stock(id, version, version) : product(id, version, `v${version}`),
      );
      failed.push(...errors(await index.apply(changes)));
    }
    return failed;
  });
  expect((await Promise.all(work)).flat()).toEqual([]);
  for (const id of ids) {
    expect(await stored(id)).toMatchObject({ stockVersion: 42, available: 42, version: 43, name: 'v43' });
  }
});

test('an index from before versions goes on', async () => {
  const { mappings, settings } = productsIndexDefinition;
  const before = Object.fromEntries(
    Object.entries(mappings.properties).filter(([name]) => !Object.hasOwn(versionMappings, name)),
  );
  const body = { settings, mappings: { ...mappings, properties: before } } as object;
  await server.client.indices.create({ index: productsIndex, body });
  const old = { productId: 'a', ...fields('old'), available: 4, inStock: true, popularity: 7 };
  await server.client.index({ index: productsIndex, id: 'a', body: old });
  expect(errors(await new ProductIndex(server.client).apply([product('a', 2, 'new')]))).toEqual([]);
  expect(await stored('a')).toEqual({ ...old, ...fields('new'), version: 2 });
});

test('an index that was erased under a writer is made again, by its definition', async () => {
  const index = new ProductIndex(server.client);
  await index.apply([product('a', 1, 'a')]);
  await server.client.indices.delete({ index: productsIndex });
  await expect(index.apply([product('a', 1, 'a')])).rejects.toThrow('The search index cannot be written');
  expect(errors(await index.apply([product('a', 1, 'a')]))).toEqual([]);
  expect(await seen()).toEqual({ ids: ['a'], counted: 1 });
});

test('what the index refuses fails alone', async () => {
  const index = new ProductIndex(server.client);
  const wrong = { id: 'b', product: { version: 1, fields: { ...fields('b'), surprise: 1 } } };
  const results = await index.apply([product('a', 1, 'a'), wrong]);
  expect(results[0]).toHaveProperty('document');
  expect(results[1]).toEqual({ error: expect.stringContaining('strict_dynamic_mapping_exception') });
});
