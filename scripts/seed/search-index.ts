import { Client } from '@opensearch-project/opensearch';
import {
  productsIndex,
  productsIndexDefinition,
  type ProductDocument,
} from '../../lambdas/shared/search-index';
import type { DemoProduct } from './catalogue';

/** Puts the whole catalogue into the search index at once, as `search-indexer` does one change at a time. */
export async function indexProducts(
  url: string,
  products: readonly DemoProduct[],
  sold: ReadonlyMap<string, number>,
  imageUrl: (product: DemoProduct) => string,
): Promise<void> {
  const client = new Client({ node: url });
  const exists = await client.indices.exists({ index: productsIndex });
  if (!exists.body)
    await client.indices.create({ index: productsIndex, body: productsIndexDefinition as object });
  const documents = products.map((product): ProductDocument => {
    const { name, nameEn, description, descriptionEn, category, price, createdAt } = product;
    return {
      productId: product.id,
      ...{ name, nameEn, description, descriptionEn, category, price },
      currency: 'JPY',
      imageUrl: imageUrl(product),
      available: product.stock,
      inStock: product.stock > 0,
      createdAt: createdAt.toISOString(),
      updatedAt: createdAt.toISOString(),
      popularity: sold.get(product.id) ?? 0,
    };
  });
  const body = documents.flatMap((document) => [
    { index: { _index: productsIndex, _id: document.productId } },
    document,
  ]);
  const { body: answer } = await client.bulk({ body, refresh: true });
  if (answer.errors)
    throw new Error(
      `the search index refused demo products: ${JSON.stringify(answer.items.find((item) => item.index?.error))}`,
    );
  await client.close();
}
