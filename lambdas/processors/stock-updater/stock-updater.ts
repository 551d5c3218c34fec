import { parseEnvelope } from '@yorozu/events';
import type { ProductChange } from '@yorozu/lambda-shared/product-changes';
import type { ApplyResult } from '@yorozu/lambda-shared/product-index';
import type { FailedRecord, QueueRecord } from '@yorozu/lambda-shared/sqs';

export interface StockUpdaterDeps {
  readonly index: { apply(changes: readonly ProductChange[]): Promise<ApplyResult[]> };
  readonly alerts: {
    /** Raises the alert of a product unless it was raised today. */
    raise(alert: StockAlert): Promise<void>;
  };
  readonly lowStockThreshold: number;
  readonly now: () => Date;
}

export interface StockAlert {
  readonly productId: string;
  readonly available: number;
  readonly threshold: number;
  readonly at: string;
}

interface Movement {
  readonly messageId: string;
  readonly id: string;
  readonly stock: NonNullable<ProductChange['stock']>;
}

/**
 * Carries what is available to the search index, in one call for the batch, and raises an alert where it is below the
 * threshold now. A movement that comes late or twice changes nothing. Answers the records that must come again.
 */
export async function updateStock(
  records: readonly QueueRecord[],
  deps: StockUpdaterDeps,
): Promise<FailedRecord[]> {
  const { movements, failed } = read(records);
  const results = await deps.index.apply(movements);
  const outcomes = await Promise.allSettled(
    movements.map((movement, i) => finish(movement, results[i], deps)),
  );
  outcomes.forEach((outcome, i) => {
    const messageId = movements[i]?.messageId;
    if (outcome.status === 'rejected' && messageId !== undefined)
      failed.push({ messageId, error: outcome.reason });
  });
  return failed;
}

function read(records: readonly QueueRecord[]): { movements: Movement[]; failed: FailedRecord[] } {
  const failed: FailedRecord[] = [];
  const movements: Movement[] = [];
  for (const { messageId, body } of records) {
    try {
      const { detail } = parseEnvelope(body, ['StockReserved', 'StockReleased', 'StockUpdated']);
      const { productId: id, available, version = 0 } = detail;
      movements.push({ messageId, id, stock: { version, available } });
    } catch (error) {
      failed.push({ messageId, error });
    }
  }
  return { movements, failed };
}

/** Only the movement that the index stands at may alert: a late one tells of stock that has moved on. */
async function finish(
  { id, stock }: Movement,
  result: ApplyResult | undefined,
  { alerts, lowStockThreshold: threshold, now }: StockUpdaterDeps,
): Promise<void> {
  if (result === undefined) throw new Error(`${id}: the index gave no answer`);
  if ('error' in result) throw new Error(`${id}: ${result.error}`);
  const { available, stockVersion, deleted } = result.document;
  if (available === undefined || stockVersion !== stock.version || deleted) return;
  if (available < threshold) {
    await alerts.raise({ productId: id, available, threshold, at: now().toISOString() });
  }
}
