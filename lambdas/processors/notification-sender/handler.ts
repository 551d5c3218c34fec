import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { observed } from '@yorozu/lambda-shared/observability';
import type { SQSHandler, SQSRecord } from 'aws-lambda';
import { deps } from './deps';
import { sendForEvent } from './notification-sender';

const processor = new BatchProcessor(EventType.SQS);

export const handler: SQSHandler = (event, context) =>
  observed(undefined, () =>
    processPartialResponse(event, (record: SQSRecord) => sendForEvent(record.body, deps), processor, {
      context,
      throwOnFullBatchFailure: false,
    }),
  );
