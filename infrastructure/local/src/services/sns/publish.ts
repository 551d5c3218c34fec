import { randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { MessageAttribute } from '../../ports';
import type { Delivery } from './delivery';
import { invalidParameter, isPhoneNumber, type Notification } from './model';
import type { Outbox } from './outbox';
import type { Topics } from './topics';

export interface WireAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  /** base64 */
  readonly BinaryValue?: string;
}

export interface PublishInput {
  readonly Message?: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Readonly<Record<string, WireAttribute>>;
}

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
export const maximumBytes = 256 * 1024;

/** Takes messages in and hands them to whoever they are for. */
export class Publisher {
  constructor(
    private readonly topics: Topics,
    private readonly delivery: Delivery,
    private readonly outbox: Outbox,
  ) {}

  /** Resolves when every subscriber that wants the message has it or its delivery is queued for a retry. */
  async toTopic(topicArn: string, input: PublishInput): Promise<string> {
    const topic = this.topics.get(topicArn);
    const attributes = checkedAttributes(input.MessageAttributes ?? {});
    const message = checkedMessage(input, attributes);
    checkSubject(input.Subject);
    const notification: Notification = {
      messageId: randomUUID(),
      topicArn: topic.arn,
      message,
      ...(input.MessageStructure === 'json' ? { perProtocol: protocolTexts(message) } : {}),
      ...(input.Subject === undefined ? {} : { subject: input.Subject }),
      attributes,
      timestamp: new Date().toISOString(),
    };
    const wanting = this.topics.of(topic.arn).filter(({ accepts }) => accepts(notification));
    await Promise.all(
      wanting.map(({ record }) => this.delivery.deliver({ subscription: record, notification })),
    );
    return notification.messageId;
  }

  toPhone(phoneNumber: string, input: PublishInput): string {
    if (!isPhoneNumber(phoneNumber))
      throw invalidParameter(`PhoneNumber Reason: ${phoneNumber} is not valid to publish to`);
    return this.outbox.add(
      phoneNumber,
      checkedMessage(input, checkedAttributes(input.MessageAttributes ?? {})),
    );
  }
}

/** Bytes as the limits count them. */
export function sizeOf(input: PublishInput): number {
  return bytes(input.Message ?? '', checkedAttributes(input.MessageAttributes ?? {}));
}

function bytes(message: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  let size = Buffer.byteLength(message);
  for (const [name, { dataType, stringValue = '', binaryValue = '' }] of Object.entries(attributes)) {
    size +=
      Buffer.byteLength(name) +
      Buffer.byteLength(dataType) +
      Buffer.byteLength(stringValue) +
      Buffer.byteLength(binaryValue, 'base64');
  }
  return size;
}

function checkedMessage(
  { Message }: PublishInput,
  attributes: Readonly<Record<string, MessageAttribute>>,
): string {
  if (Message === undefined || Message === '') throw invalidParameter('Empty message');
  if (bytes(Message, attributes) > maximumBytes) throw invalidParameter('Message too long');
  return Message;
}

function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (!/^[\x20-\x7e]{1,100}$/.test(subject)) throw invalidParameter('Subject');
}

function protocolTexts(message: string): Record<string, string> {
  let texts: unknown;
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  const byProtocol = typeof texts === 'object' && texts !== null ? (texts as Record<string, unknown>) : {};
  if (typeof byProtocol['default'] !== 'string')
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  return Object.fromEntries(
    Object.entries(byProtocol).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function checkedAttributes(wire: Readonly<Record<string, WireAttribute>>): Record<string, MessageAttribute> {
  const attributes: Record<string, MessageAttribute> = {};
  for (const [name, { DataType = '', StringValue, BinaryValue }] of Object.entries(wire)) {
    const refuse = (reason: string): AwsError =>
      new AwsError('ParameterValueInvalid', `The message attribute '${name}' ${reason}`);
    if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256) throw refuse('has an invalid name.');
    const kind = /^(String|Number|Binary)(\..+)?$/.exec(DataType)?.[1];
    if (!kind)
      throw refuse(
        'has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.',
      );
    const value = kind === 'Binary' ? BinaryValue : StringValue;
    if (!value)
      throw refuse(
        `must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    if (kind === 'Number' && !Number.isFinite(Number(value)))
      throw refuse('could not cast the value to a number.');
    attributes[name] = {
      dataType: DataType,
      ...(kind === 'Binary' ? { binaryValue: value } : { stringValue: value }),
    };
  }
  return attributes;
}
