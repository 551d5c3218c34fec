import { parseEnvelope, type ProductChanged } from '@yorozu/events';
import type { BulkOperation, BulkResult } from '@yorozu/lambda-shared/search-client';
import type { ProductDocument } from '@yorozu/lambda-shared/search-index';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';

export interface SearchIndexerDeps {
  readonly index: { bulk(operations: readonly BulkOperation[]): Promise<BulkResult[]> };
  readonly caches: {
    /** Makes every reader drop what it holds of these products. */
    invalidate(productIds: readonly string[]): Promise<void>;
  };
}

interface Change {
  readonly messageIds: readonly string[];
  readonly event: ProductChanged;
}

/**
 * Carries product changes to the search index, the newest of each product, and out of the caches. Answers the records
 * that must come again.
 */
export async function indexProducts(
  records: readonly QueueRecord[],
  deps: SearchIndexerDeps,
): Promise<FailedRecord[]> {
  const failed: FailedRecord[] = [];
  const newest = new Map<string, Change>();
  for (const { messageId, body } of records) {
    try {
      const { detail } = parseEnvelope(body, ['ProductChanged']);
      const before = newest.get(detail.productId);
      const messageIds = [...(before?.messageIds ?? []), messageId];
      const stale = before !== undefined && before.event.timestamp > detail.timestamp;
      newest.set(detail.productId, { messageIds, event: stale ? before.event : detail });
    } catch (error) {
      failed.push({ messageId, error });
    }
  }
  const changes = [...newest.values()];
  if (changes.length === 0) return failed;
  const results = await deps.index.bulk(changes.map(({ event }) => operation(event)));
  await deps.caches.invalidate([...newest.keys()]);
  changes.forEach(({ messageIds }, i) => {
    const outcome = results[i];
    if (typeof outcome !== 'object') return;
    failed.push(...messageIds.map((messageId) => ({ messageId, error: new Error(outcome.error) })));
  });
  return failed;
}

function operation({ productId, product }: ProductChanged): BulkOperation {
  if (product === null) return { delete: { id: productId } };
  // The stock of a product that is indexed already is stock-updater's: this event's may be older. Popularity is kept too.
  const { available, ...changes } = product;
  const document: ProductDocument = { productId, ...product, inStock: available > 0, popularity: 0 };
  return { upsert: { id: productId }, changes, document };
}
