import { AwsError } from '../../endpoint/aws';
import type { CloudContext, MessageAttribute } from '../../ports';
import type { Collection } from '../../store/store';
import { RetryQueue, type Retry } from '../retry-queue';
import type { Notification, SubscriptionRecord } from './model';
import { envelopeOf, lambdaEventOf, messageFor } from './notification';
import type { Outbox } from './outbox';
import { deadLetterQueueOf } from './topics';

export interface DeliveryJob {
  readonly subscription: SubscriptionRecord;
  readonly notification: Notification;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: queues and functions, 100,015 retries. */
const mostRetries = 100_015;

function pauseBefore(retries: number): number {
  if (retries < 3) return 0;
  if (retries < 5) return 1_000;
  return Math.min(20_000, 1_000 * 1.4 ** (retries - 5));
}

/** Hands notifications to subscribers; what cannot be delivered goes to the subscription's dead-letter queue. */
export class Delivery {
  private readonly retries: RetryQueue<DeliveryJob>;

  constructor(
    private readonly context: CloudContext,
    pending: Collection<Retry<DeliveryJob>>,
    private readonly outbox: Outbox,
  ) {
    this.retries = new RetryQueue(pending, {
      attempt: (job) => this.send(job),
      // A client's error (the endpoint is gone, the message is refused) is not retried.
      pause: ({ retries }, error) =>
        isPermanent(error) || retries >= mostRetries ? undefined : pauseBefore(retries),
      giveUp: ({ job }, error) => this.bury(job, error),
    });
  }

  start(): void {
    this.retries.start();
  }

  stop(): Promise<void> {
    return this.retries.stop();
  }

  /** Resolves when the subscriber has it, or it waits for a retry, or it is a dead letter. */
  deliver(job: DeliveryJob): Promise<void> {
    return this.retries.run(job);
  }

  private async send({ subscription, notification }: DeliveryJob): Promise<void> {
    const { ports } = this.context;
    switch (subscription.protocol) {
      case 'sqs':
        await ports.queues.send(subscription.endpoint, this.queueMessage(subscription, notification));
        return;
      case 'lambda':
        await ports.functions.invokeAsync(
          subscription.endpoint,
          lambdaEventOf(notification, subscription, this.context),
        );
        return;
      case 'sms':
        this.outbox.add(subscription.endpoint, messageFor(notification, 'sms'), notification.messageId);
    }
  }

  private queueMessage(
    subscription: SubscriptionRecord,
    notification: Notification,
  ): { body: string; attributes?: Notification['attributes'] } {
    if (!isRaw(subscription)) return { body: envelopeOf(notification, subscription, this.context) };
    return { body: messageFor(notification, 'sqs'), attributes: notification.attributes };
  }

  private async bury({ subscription, notification }: DeliveryJob, error: unknown): Promise<void> {
    const queueArn = deadLetterQueueOf(subscription.attributes);
    const message = error instanceof Error ? error.message : String(error);
    if (!queueArn) {
      console.error(
        `SNS gave up delivering ${notification.messageId} to ${subscription.endpoint} (${message}); it has no dead-letter queue`,
      );
      return;
    }
    const { body, attributes } = this.queueMessage(subscription, notification);
    const reason: Record<string, MessageAttribute> = {
      ErrorCode: {
        dataType: 'String',
        stringValue: error instanceof AwsError ? error.code : 'InternalError',
      },
      ErrorMessage: { dataType: 'String', stringValue: message },
    };
    await this.context.ports.queues
      .send(queueArn, { body, attributes: { ...attributes, ...reason } })
      .catch((failure: unknown) =>
        console.error(`SNS could not write to the dead-letter queue ${queueArn}`, failure),
      );
  }
}

const isRaw = ({ attributes }: SubscriptionRecord): boolean =>
  attributes['RawMessageDelivery']?.toLowerCase() === 'true';

const isPermanent = (error: unknown): boolean =>
  error instanceof AwsError && error.status < 500 && error.status !== 429 && error.code !== 'OverLimit';
