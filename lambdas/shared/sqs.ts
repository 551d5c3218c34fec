import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { count, logger, observed } from './observability';

export interface QueueRecord {
  readonly messageId: string;
  readonly body: string;
}

export interface FailedRecord {
  readonly messageId: string;
  readonly error: unknown;
}

/** Sees to when failed records come again; without it, it is after the queue's visibility timeout. */
export interface ComeBack {
  hand(records: readonly SQSRecord[]): Promise<void>;
}

type Work = (records: readonly QueueRecord[], event: SQSEvent) => Promise<readonly FailedRecord[]>;

/**
 * A function that takes a whole batch from a queue and answers the records that must come again (event source mappings
 * with ReportBatchItemFailures). A rejection fails the whole batch. For records handled one by one use Powertools' batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function batchHandler(
  work: Work,
  comeBack?: ComeBack,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    observed(undefined, async () => {
      const failed = comeBack ? await withoutRejection(work, event) : await work(event.Records, event);
      const causes = new Map(failed.map(({ messageId, error }) => [error, messageId]));
      for (const [error, messageId] of causes) {
        logger.error('a record failed and will come again', { messageId, error: error as Error });
      }
      if (failed.length > 0) count('FailedRecords', failed.length);
      const ids = new Set(failed.map(({ messageId }) => messageId));
      await comeBack?.hand(event.Records.filter(({ messageId }) => ids.has(messageId)));
      return { batchItemFailures: [...ids].map((itemIdentifier) => ({ itemIdentifier })) };
    });
}

async function withoutRejection(work: Work, event: SQSEvent): Promise<readonly FailedRecord[]> {
  try {
    return await work(event.Records, event);
  } catch (error) {
    return event.Records.map(({ messageId }) => ({ messageId, error }));
  }
}
