import { ChangeMessageVisibilityBatchCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { logger } from './observability';

const longestSeconds = 30;
const entriesPerCall = 10;

/**
 * Makes failed records come again after 1, 2, 4 … 30 s by how often they came, instead of after the queue's visibility
 * timeout, which has to outlast the slowest batch. Where that fails, the visibility timeout it is.
 */
export class SoonAgain {
  private readonly urls = new Map<string, Promise<string>>();

  constructor(private readonly client: Pick<SQSClient, 'send'>) {}

  async hand(records: readonly SQSRecord[]): Promise<void> {
    try {
      const calls = Math.ceil(records.length / entriesPerCall);
      await Promise.all(
        Array.from({ length: calls }, (_, i) =>
          this.change(records.slice(i * entriesPerCall, (i + 1) * entriesPerCall)),
        ),
      );
    } catch (error) {
      logger.warn('failed records come again after the visibility timeout', error as Error);
    }
  }

  private async change(records: readonly SQSRecord[]): Promise<void> {
    await this.client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: await this.urlOf(records[0]?.eventSourceARN ?? ''),
        Entries: records.map(({ receiptHandle, attributes }, i) => ({
          Id: String(i),
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: secondsAfter(Number(attributes.ApproximateReceiveCount)),
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

function secondsAfter(receives: number): number {
  return Math.min(longestSeconds, 2 ** Math.min(receives - 1, 10));
}
