import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Endpoint } from './endpoint';
import { unique } from './functions';
import { TestQueues, type TestQueue } from './messaging';

/** Topics and queues that a suite makes, deleted at its end. */
export class TestTopics {
  readonly sns: SNSClient;
  readonly queues: TestQueues;
  private readonly sqs: SQSClient;
  private readonly arns: string[] = [];

  constructor({ client }: Endpoint) {
    this.sns = new SNSClient({ ...client, maxAttempts: 1 });
    this.sqs = new SQSClient({ ...client, maxAttempts: 1 });
    this.queues = new TestQueues(this.sqs);
  }

  /** Returns the ARN. */
  async create(): Promise<string> {
    const { TopicArn = '' } = await this.sns.send(new CreateTopicCommand({ Name: unique('topic') }));
    this.arns.push(TopicArn);
    return TopicArn;
  }

  /** Returns the subscription's ARN. */
  async subscribe(
    TopicArn: string,
    queue: TestQueue,
    Attributes: Record<string, string> = {},
  ): Promise<string> {
    const input = { TopicArn, Protocol: 'sqs', Endpoint: queue.arn, Attributes, ReturnSubscriptionArn: true };
    return (await this.sns.send(new SubscribeCommand(input))).SubscriptionArn ?? '';
  }

  async close(): Promise<void> {
    for (const TopicArn of this.arns)
      await this.sns.send(new DeleteTopicCommand({ TopicArn })).catch(() => undefined);
    await this.queues.deleteAll();
    this.sns.destroy();
    this.sqs.destroy();
  }
}
