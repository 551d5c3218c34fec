import type { BulkOperation, BulkResult } from '@yorozu/lambda-shared/search-client';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { indexProducts } from './search-indexer';

const productId = 'b4f7a0a6-0d51-4b58-9b0a-3a8e5a2f9c11';
const at = '2026-11-01T00:00:00.000Z';
const product = {
  name: '急須',
  description: '岩手の職人',
  nameEn: 'Teapot',
  descriptionEn: 'Cast in Iwate',
  price: 7_500,
  currency: 'JPY',
  category: 'kitchen',
  imageUrl: null,
  available: 20,
  createdAt: at,
  updatedAt: at,
};

function changed(second: number, name: string | null, messageId = `m-${second}`) {
  const now = new Date(Date.UTC(2026, 10, 1, 0, 0, second));
  const detail =
    name === null
      ? ({ productId, change: 'deleted', product: null } as const)
      : ({ productId, change: 'updated', product: { ...product, name } } as const);
  return envelope('ProductChanged', detail, { messageId, now });
}

function make(results: BulkResult[] = ['done']) {
  const operations: BulkOperation[] = [];
  const invalidated: string[] = [];
  return {
    operations,
    invalidated,
    deps: {
      index: { bulk: async (all: readonly BulkOperation[]) => (operations.push(...all), results) },
      caches: { invalidate: async (ids: readonly string[]) => void invalidated.push(...ids) },
    },
  };
}

test('indexes the newest of several changes and drops the caches', async () => {
  const { deps, operations, invalidated } = make();
  expect(await indexProducts([changed(2, '新'), changed(1, '旧')], deps)).toEqual([]);
  expect(operations).toHaveLength(1);
  const [operation] = operations;
  expect(operation).toMatchObject({
    upsert: { id: productId },
    document: { productId, name: '新', available: 20, inStock: true, popularity: 0 },
  });
  expect(invalidated).toEqual([productId]);
});

test('leaves the stock of an indexed product to the stock updater', async () => {
  const { deps, operations } = make();
  await indexProducts([changed(1, '急須')], deps);
  const [operation] = operations;
  expect(operation && 'changes' in operation && operation.changes).not.toHaveProperty('available');
});

test('takes a deleted product out; one that was never indexed is fine', async () => {
  const { deps, operations } = make(['missing']);
  expect(await indexProducts([changed(1, null)], deps)).toEqual([]);
  expect(operations).toEqual([{ delete: { id: productId } }]);
});

test('what the index refuses comes again, with every record of the product', async () => {
  const { deps } = make([{ error: 'mapper_parsing_exception' }]);
  const failed = await indexProducts(
    [changed(1, 'a'), changed(2, 'b'), { messageId: 'bad', body: '' }],
    deps,
  );
  expect(failed.map(({ messageId }) => messageId)).toEqual(['bad', 'm-1', 'm-2']);
});
