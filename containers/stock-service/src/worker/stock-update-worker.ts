import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';
import type { Outcome, StockRequest } from '../ledger/requests';
import { toStockRequest } from './messages';

export interface StockUpdateWorkerOptions {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly submit: (request: StockRequest) => Promise<Outcome>;
  readonly logger: Logger;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
export const longPollSeconds = 20;
const batchSize = 10;
const longestDelayMs = 10_000;

/**
 * Consumes stock-update-queue. A message is deleted when what it asks for is committed; one that fails stays, becomes
 * visible again and ends in the DLQ after the queue's maxReceiveCount. Handling is idempotent by order and reference.
 */
export class StockUpdateWorker {
  private readonly abort = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(private readonly options: StockUpdateWorkerOptions) {}

  start(): void {
    this.loop = this.run();
  }

  /** Ends the long poll; returns when the messages in hand are done. */
  async stop(): Promise<void> {
    this.abort.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.abort.signal.aborted;) {
      try {
        await this.handleBatch(await this.receive());
        failures = 0;
      } catch (error) {
        if (this.abort.signal.aborted) return;
        failures += 1;
        this.options.logger.error({ err: error, failures }, 'stock-update-queue cannot be read, will retry');
        await this.pause(Math.random() * Math.min(longestDelayMs, 100 * 2 ** failures));
      }
    }
  }

  private async receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.options.queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: longPollSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    });
    const { Messages } = await this.options.sqs.send(command, { abortSignal: this.abort.signal });
    return Messages ?? [];
  }

  private async handleBatch(messages: readonly Message[]): Promise<void> {
    if (messages.length === 0) return;
    const handled = await Promise.all(messages.map((message) => this.handle(message)));
    const done = messages.filter((_, index) => handled[index]);
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    const { Failed } = await this.options.sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl: this.options.queueUrl, Entries }),
    );
    // Not deleted: delivered again, and applied again without effect.
    if (Failed?.length) this.options.logger.warn({ failed: Failed }, 'messages were not deleted');
  }

  /** Whether the message is done with. Its failure must not keep those beside it, hence no throw. */
  private async handle(message: Message): Promise<boolean> {
    const messageId = message.MessageId ?? '';
    try {
      const request = toStockRequest(message.Body ?? '', messageId);
      const outcome = await this.options.submit(request);
      const { correlationId } = request.trace;
      this.options.logger.info(
        { messageId, correlationId, kind: request.kind, applied: outcome.created },
        'message applied',
      );
      return true;
    } catch (error) {
      const receives = message.Attributes?.ApproximateReceiveCount;
      this.options.logger.error(
        { err: error, messageId, receives },
        'message failed, the queue redelivers it',
      );
      return false;
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.abort.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
