import { parseEnvelope } from '@yorozu/events';
import type { BulkOperation, BulkResult } from '@yorozu/lambda-shared/search-client';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';

export interface StockUpdaterDeps {
  readonly index: { bulk(operations: readonly BulkOperation[]): Promise<BulkResult[]> };
  readonly alerts: {
    /** Raises the alert of a product unless it was raised today. */
    raise(alert: StockAlert): Promise<void>;
  };
  readonly lowStockThreshold: number;
}

export interface StockAlert {
  readonly productId: string;
  readonly available: number;
  readonly threshold: number;
  readonly at: string;
}

export interface StockRecord extends QueueRecord {
  /** How often the queue has handed the record out, this time included. */
  readonly receives: number;
}

interface Level {
  readonly productId: string;
  readonly available: number;
  readonly timestamp: string;
  readonly records: readonly StockRecord[];
}

/** A product may be indexed a moment after its first stock arrives; one missing for so long is gone. */
const receivesUntilGone = 3;

/**
 * Carries the newest availability of each product of the batch to the search index, in one call, and raises an alert
 * where it is below the threshold. Answers the records that must come again.
 */
export async function updateStock(
  records: readonly StockRecord[],
  deps: StockUpdaterDeps,
): Promise<FailedRecord[]> {
  const { levels, failed } = newestLevels(records);
  const results = await deps.index.bulk(
    levels.map(({ productId, available }) => ({
      update: { id: productId },
      document: { available, inStock: available > 0 },
    })),
  );
  const outcomes = await Promise.allSettled(levels.map((level, i) => finish(level, results[i], deps)));
  outcomes.forEach((outcome, i) => {
    if (outcome.status === 'fulfilled') return;
    const error: unknown = outcome.reason;
    failed.push(...(levels[i]?.records ?? []).map(({ messageId }) => ({ messageId, error })));
  });
  return failed;
}

function newestLevels(records: readonly StockRecord[]): { levels: Level[]; failed: FailedRecord[] } {
  const failed: FailedRecord[] = [];
  const newest = new Map<string, Level>();
  for (const record of records) {
    try {
      const { detail } = parseEnvelope(record.body, ['StockReserved', 'StockReleased', 'StockUpdated']);
      const { productId, available, timestamp } = detail;
      const before = newest.get(productId);
      const same = [...(before?.records ?? []), record];
      const isNewer = !before || before.timestamp <= timestamp;
      newest.set(
        productId,
        isNewer ? { productId, available, timestamp, records: same } : { ...before, records: same },
      );
    } catch (error) {
      failed.push({ messageId: record.messageId, error });
    }
  }
  return { levels: [...newest.values()], failed };
}

async function finish(level: Level, result: BulkResult | undefined, deps: StockUpdaterDeps): Promise<void> {
  const { productId, available, timestamp, records } = level;
  if (typeof result === 'object') throw new Error(`${productId}: ${result.error}`);
  if (result === 'missing') {
    if (records.every(({ receives }) => receives >= receivesUntilGone)) return;
    throw new Error(`${productId} is not indexed yet`);
  }
  const threshold = deps.lowStockThreshold;
  if (available < threshold) await deps.alerts.raise({ productId, available, threshold, at: timestamp });
}
