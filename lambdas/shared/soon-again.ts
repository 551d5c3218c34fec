import { ChangeMessageVisibilityBatchCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { logger } from './observability';

/** Seconds until a record comes again that has come so often; undefined leaves it to the visibility timeout. */
export type Delay = (receives: number) => number | undefined;

const entriesPerCall = 10;

/** 1, 2, 4 … 30 s: for queues that give up only after many tries. */
export const slowingDown: Delay = (receives) => Math.min(30, 2 ** Math.min(receives - 1, 10));

interface Delayed extends Pick<SQSRecord, 'receiptHandle' | 'eventSourceARN'> {
  readonly seconds: number;
}

/**
 * Makes failed records come again by how often they came, instead of after the queue's visibility timeout, which has to
 * outlast the slowest batch. Where that fails, the visibility timeout it is.
 */
export class SoonAgain {
  private readonly urls = new Map<string, Promise<string>>();

  constructor(
    private readonly client: Pick<SQSClient, 'send'>,
    private readonly delay: Delay = slowingDown,
  ) {}

  async hand(records: readonly SQSRecord[]): Promise<void> {
    const delayed = records.flatMap(({ receiptHandle, eventSourceARN, attributes }) => {
      const seconds = this.delay(Number(attributes.ApproximateReceiveCount));
      return seconds === undefined ? [] : [{ receiptHandle, eventSourceARN, seconds }];
    });
    try {
      const calls = Math.ceil(delayed.length / entriesPerCall);
      await Promise.all(
        Array.from({ length: calls }, (_, i) =>
          this.change(delayed.slice(i * entriesPerCall, (i + 1) * entriesPerCall)),
        ),
      );
    } catch (error) {
      logger.warn('failed records come again after the visibility timeout', error as Error);
    }
  }

  private async change(records: readonly Delayed[]): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: await this.urlOf(records[0]?.eventSourceARN ?? ''),
        Entries: records.map(({ receiptHandle, seconds }, i) => ({
          Id: String(i),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        })),
      }),
    );
  }

  private urlOf(queueArn: string): Promise<string> {
    const known = this.urls.get(queueArn) ?? this.find(queueArn);
    this.urls.set(queueArn, known);
    known.catch(() => this.urls.delete(queueArn));
    return known;
  }

  private async find(queueArn: string): Promise<string> {
    const QueueName = queueArn.split(':').at(-1) ?? '';
    const { QueueUrl } = await this.client.send(new GetQueueUrlCommand({ QueueName }));
    if (QueueUrl === undefined) throw new Error(`${queueArn} has no URL`);
    return QueueUrl;
  }
}
