import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { count, logger, observed } from './observability';

export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface FailedRecord {
  readonly messageId: string;
  readonly error: unknown;
}

/**
 * A function that takes a whole batch from a queue and answers the records that must come again (event source mappings
 * with ReportBatchItemFailures). A rejection fails the whole batch. For records handled one by one use Powertools' batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function batchHandler(
  work: (records: readonly QueueRecord[], event: SQSEvent) => Promise<readonly FailedRecord[]>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    observed(undefined, async () => {
      const failed = await work(event.Records, event);
      for (const { messageId, error } of failed) {
        logger.error('a record failed and will come again', { messageId, error: error as Error });
      }
      if (failed.length > 0) count('FailedRecords', failed.length);
      const ids = new Set(failed.map(({ messageId }) => messageId));
      return { batchItemFailures: [...ids].map((itemIdentifier) => ({ itemIdentifier })) };
    });
}
