import { merge, type ProductChange } from '@yorozu/lambda-shared/product-changes';
import type { IndexedProduct } from '@yorozu/lambda-shared/search-index';
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
  stockVersion: 5,
  createdAt: at,
  updatedAt: at,
};

/** An event of schema 1.1, or of 1.0 where there is no version. */
function changed(version: number | undefined, name: string | null, messageId = `m-${version}`) {
  const { stockVersion, ...before } = product;
  const versions = version === undefined ? {} : { stockVersion };
  const detail =
    name === null
      ? ({ productId, change: 'deleted', product: null } as const)
      : ({ productId, change: 'updated', product: { ...before, ...versions, name } } as const);
  return envelope(
    'ProductChanged',
    { ...detail, ...(version === undefined ? {} : { version }) },
    { messageId },
  );
}

function make(refuse = false) {
  const documents = new Map<string, IndexedProduct>();
  const invalidated: string[] = [];
  const apply = (changes: readonly ProductChange[]) =>
    changes.map((change) => {
      if (refuse) return { error: 'mapper_parsing_exception' };
      const document = merge(documents.get(change.id), change) ?? { productId: change.id };
      documents.set(change.id, document);
      return { document };
    });
  return {
    document: () => documents.get(productId),
    invalidated,
    deps: {
      index: { apply: async (changes: readonly ProductChange[]) => apply(changes) },
      caches: { invalidate: async (ids: readonly string[]) => void invalidated.push(...ids) },
    },
  };
}

test('indexes a product with the stock it was read with, and drops the caches once', async () => {
  const { deps, document, invalidated } = make();
  expect(await indexProducts([changed(2, '新'), changed(1, '旧')], deps)).toEqual([]);
  expect(document()).toMatchObject({ productId, name: '新', version: 2, available: 20, stockVersion: 5 });
  expect(invalidated).toEqual([productId]);
});

test('a replayed change does not undo a newer one', async () => {
  const { deps, document } = make();
  await indexProducts([changed(7, '新')], deps);
  await indexProducts([changed(6, '旧')], deps);
  expect(document()).toMatchObject({ name: '新', version: 7 });
});

test('a change that is delivered again after the deletion does not bring the product back', async () => {
  const { deps, document } = make();
  for (const record of [changed(1, '急須'), changed(2, null), changed(1, '急須')])
    await indexProducts([record], deps);
  expect(document()).toMatchObject({ deleted: true, version: 2 });
  expect(document()).not.toHaveProperty('name');
});

test('an event of schema 1.0 makes a product that is missing and replaces none', async () => {
  const { deps, document } = make();
  await indexProducts([changed(undefined, '旧')], deps);
  expect(document()).toMatchObject({ name: '旧', available: 20 });
  await indexProducts([changed(3, '新')], deps);
  await indexProducts([changed(undefined, '旧'), changed(undefined, null)], deps);
  expect(document()).toMatchObject({ name: '新', version: 3 });
});

test('what the index refuses comes again, with every record of the product', async () => {
  const { deps } = make(true);
  const failed = await indexProducts(
    [changed(1, 'a'), changed(2, 'b'), { messageId: 'bad', body: '' }],
    deps,
  );
  expect(failed.map(({ messageId }) => messageId)).toEqual(['bad', 'm-1', 'm-2']);
});
