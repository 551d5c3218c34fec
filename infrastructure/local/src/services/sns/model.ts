import { AwsError } from '../../endpoint/aws';
import type { MessageAttribute } from '../../ports';

export interface TopicRecord {
  readonly name: string;
  readonly arn: string;
  /** As SetTopicAttributes took them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export type Protocol = 'sqs' | 'lambda' | 'sms';

export interface SubscriptionRecord {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: Protocol;
  /** ARN of a queue or function, or a phone number. */
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Made from resources.json, and taken back when it is no longer there. */
  readonly shipped?: boolean;
}

/** One published message. */
export interface Notification {
  readonly messageId: string;
  readonly topicArn: string;
  readonly message: string;
  /** With MessageStructure json: what each protocol gets instead of `message`. */
  readonly perProtocol?: Readonly<Record<string, string>>;
  readonly subject?: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** A text message that was sent, oldest first in the outbox. */
export interface TextMessage {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly phoneNumber: string;
  readonly message: string;
}

export const invalidParameter = (reason: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${reason}`);

export const notFound = (what: string): AwsError => new AwsError('NotFound', `${what} does not exist`, 404);

/** E.164, as SNS takes it. */
export const isPhoneNumber = (text: string): boolean => /^\+?[1-9]\d{4,14}$/.test(text);
