import { parseEnvelope, type ProductChanged } from '@yorozu/events';
import type { ProductChange } from '@yorozu/lambda-shared/product-changes';
import type { ApplyResult } from '@yorozu/lambda-shared/product-index';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';

export interface SearchIndexerDeps {
  readonly index: { apply(changes: readonly ProductChange[]): Promise<ApplyResult[]> };
  readonly caches: {
    /** Makes every reader drop what it holds of these products. */
    invalidate(productIds: readonly string[]): Promise<void>;
  };
}

/**
 * Carries product changes to the search index and out of the caches. A change that comes late or twice changes nothing.
 * Answers the records that must come again.
 */
export async function indexProducts(
  records: readonly QueueRecord[],
  deps: SearchIndexerDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const changes: (ProductChange & { readonly messageId: string })[] = [];
  for (const { messageId, body } of records) {
    try {
      changes.push({ messageId, ...changeOf(parseEnvelope(body, ['ProductChanged']).detail) });
    } catch (error) {
      failed.push({ messageId, error });
    }
  }
  if (changes.length === 0) return failed;
  const results = await deps.index.apply(changes);
  await deps.caches.invalidate([...new Set(changes.map(({ id }) => id))]);
  results.forEach((result, i) => {
    const messageId = changes[i]?.messageId;
    if ('error' in result && messageId !== undefined)
      failed.push({ messageId, error: new Error(result.error) });
  });
  return failed;
}

function changeOf({ productId: id, version = 0, product }: ProductChanged): ProductChange {
  if (product === null) return { id, product: { version, fields: null } };
  const { available, stockVersion = 0, ...fields } = product;
  return { id, product: { version, fields }, stock: { version: stockVersion, available } };
}
