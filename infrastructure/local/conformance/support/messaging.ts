import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { unique } from './functions';

export interface TestQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

/** Queues that a suite makes, deleted at its end. */
export class TestQueues {
  private readonly urls: string[] = [];

  constructor(private readonly client: SQSClient) {}

  async create(attributes: Record<string, string> = {}, name = unique('queue')): Promise<TestQueue> {
    const fifo = attributes['FifoQueue'] === 'true';
    const QueueName = fifo ? `${name}.fifo` : name;
    const created = await this.client.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
    const url = created.QueueUrl ?? '';
    this.urls.push(url);
    return { name: QueueName, url, arn: (await this.attributes(url))['QueueArn'] ?? '' };
  }

  /** A queue and its dead-letter queue. */
  async createWithDeadLetters(
    maxReceiveCount: number,
    attributes: Record<string, string> = {},
  ): Promise<{ queue: TestQueue; dead: TestQueue }> {
    const dead = await this.create();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
    return { queue: await this.create({ ...attributes, RedrivePolicy }), dead };
  }

  async attributes(url: string): Promise<Record<string, string>> {
    const answer = await this.client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return answer.Attributes ?? {};
  }

  /** One receive with everything; waits up to `wait` seconds for a first message. */
  async receive(queue: TestQueue, wait = 0, max = 10): Promise<Message[]> {
    const answer = await this.client.send(
      new ReceiveMessageCommand({
        QueueUrl: queue.url,
        WaitTimeSeconds: wait,
        MaxNumberOfMessages: max,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return answer.Messages ?? [];
  }

  /** Waits until the queue has given `count` messages, deletes and returns them; fewer where it takes too long. */
  async drain(queue: TestQueue, count: number): Promise<Message[]> {
    const found: Message[] = [];
    for (let round = 0; found.length < count && round < 5; round++) {
      const messages = await this.receive(queue, 3);
      found.push(...messages);
      for (const { ReceiptHandle } of messages)
        await this.client.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    }
    return found;
  }

  async deleteAll(): Promise<void> {
    for (const QueueUrl of this.urls.splice(0))
      await this.client.send(new DeleteQueueCommand({ QueueUrl })).catch(() => undefined);
  }
}

/** The name of the error a call fails with; undefined where it does not. */
export async function errorOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
