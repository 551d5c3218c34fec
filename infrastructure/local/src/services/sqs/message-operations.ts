import { AwsError, type AwsRequest } from '../../endpoint/aws';
import type { MessageAttribute, ReceivedMessage } from '../../ports';
import { checkBatch, perEntry } from './batch';
import { missing, within } from './errors';
import { md5OfAttributes, sequenceNumber, toReceived } from './message';
import type { Queue } from './queue';
import { maximumMessageSize } from './queue-attributes';
import type { QueueRegistry } from './registry';
import { sizeOf, type MessageInput, type Sender } from './send';

interface WireAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** base64 */
  readonly BinaryValue?: string;
}

interface OnQueue {
  readonly QueueUrl?: string;
}

interface SendInput {
  readonly MessageBody: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, WireAttribute>>;
  readonly MessageSystemAttributes?: Readonly<Record<string, WireAttribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface ReceiveInput extends OnQueue {
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly WaitTimeSeconds?: number;
}

interface HandleInput {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

/** SendMessage to ChangeMessageVisibilityBatch, with the JSON protocol's member names. */
export function messageOperations(registry: QueueRegistry, sender: Sender, accountId: string) {
  const queueOf = (input: OnQueue): Queue => {
    if (!input.QueueUrl) throw missing('QueueUrl');
    return registry.byUrl(input.QueueUrl);
  };

  const send = (queue: Queue, input: SendInput) => {
    const { id, md5: MD5OfMessageBody, sequence } = sender.send(queue, toMessage(input));
    const attributesMd5 = md5OfAttributes(toAttributes(input.MessageAttributes));
    const systemMd5 = md5OfAttributes(toAttributes(input.MessageSystemAttributes));
    return {
      MessageId: id,
      MD5OfMessageBody,
      ...(attributesMd5 ? { MD5OfMessageAttributes: attributesMd5 } : {}),
      ...(systemMd5 ? { MD5OfMessageSystemAttributes: systemMd5 } : {}),
      ...(queue.fifo ? { SequenceNumber: sequenceNumber(sequence) } : {}),
    };
  };

  const remove = (queue: Queue, { ReceiptHandle }: HandleInput): object => {
    if (!ReceiptHandle) throw missing('ReceiptHandle');
    queue.delete(ReceiptHandle);
    return {};
  };

  const changeVisibility = (queue: Queue, { ReceiptHandle, VisibilityTimeout }: HandleInput): object => {
    if (!ReceiptHandle) throw missing('ReceiptHandle');
    const seconds = within(VisibilityTimeout, 'VisibilityTimeout', 0, 43_200);
    if (seconds === undefined) throw missing('VisibilityTimeout');
    queue.changeVisibility(ReceiptHandle, seconds);
    return {};
  };

  return {
    SendMessage: (input: OnQueue & SendInput) => send(queueOf(input), input),

    SendMessageBatch: (input: OnQueue & { Entries?: (SendInput & { Id: string })[] }) => {
      const queue = queueOf(input);
      const entries = input.Entries ?? [];
      checkBatch(entries);
      const size = entries.reduce(
        (sum, entry) => sum + (entry.MessageBody ? sizeOf(toMessage(entry)) : 0),
        0,
      );
      if (size > maximumMessageSize) {
        throw new AwsError(
          'BatchRequestTooLong',
          `Batch requests cannot be longer than ${maximumMessageSize} bytes. You have sent ${size} bytes.`,
        );
      }
      return perEntry(entries, (entry) => send(queue, entry));
    },

    ReceiveMessage: async (input: ReceiveInput, request: AwsRequest) => {
      const queue = queueOf(input);
      const visibility = within(input.VisibilityTimeout, 'VisibilityTimeout', 0, 43_200);
      const wait = within(input.WaitTimeSeconds, 'WaitTimeSeconds', 0, 20);
      const messages = await queue.receive({
        max: within(input.MaxNumberOfMessages, 'MaxNumberOfMessages', 1, 10) ?? 1,
        waitMs: wait === undefined ? queue.settings.waitMs : wait * 1000,
        visibilityMs: visibility === undefined ? undefined : visibility * 1000,
        signal: request.signal,
      });
      if (messages.length === 0) return {};
      const wanted = wantedNames(input);
      return { Messages: messages.map((message) => toWire(toReceived(message, accountId), wanted)) };
    },

    DeleteMessage: (input: OnQueue & HandleInput) => remove(queueOf(input), input),

    DeleteMessageBatch: (input: OnQueue & { Entries?: (HandleInput & { Id: string })[] }) => {
      const queue = queueOf(input);
      checkBatch(input.Entries);
      return perEntry(input.Entries ?? [], (entry) => remove(queue, entry));
    },

    ChangeMessageVisibility: (input: OnQueue & HandleInput) => changeVisibility(queueOf(input), input),

    ChangeMessageVisibilityBatch: (input: OnQueue & { Entries?: (HandleInput & { Id: string })[] }) => {
      const queue = queueOf(input);
      checkBatch(input.Entries);
      return perEntry(input.Entries ?? [], (entry) => changeVisibility(queue, entry));
    },
  };
}

function toMessage(input: SendInput): MessageInput {
  return {
    body: input.MessageBody,
    attributes: toAttributes(input.MessageAttributes),
    delaySeconds: input.DelaySeconds,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
    traceHeader: input.MessageSystemAttributes?.['AWSTraceHeader']?.StringValue,
  };
}

function toAttributes(
  wire: Readonly<Record<string, WireAttribute>> | undefined,
): Record<string, MessageAttribute> | undefined {
  if (!wire) return undefined;
  const attributes: Record<string, MessageAttribute> = {};
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(wire)) {
    attributes[name] = {
      dataType: DataType,
      ...(StringValue === undefined ? {} : { stringValue: StringValue }),
      ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
    };
  }
  return attributes;
}

interface WantedNames {
  readonly system: (name: string) => boolean;
  readonly user: (name: string) => boolean;
}

function wantedNames(input: ReceiveInput): WantedNames {
  const system = new Set([...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])]);
  const user = input.MessageAttributeNames ?? [];
  const everything = user.includes('All') || user.includes('.*');
  const prefixes = user.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -1));
  return {
    system: (name) => system.has('All') || system.has(name),
    user: (name) => everything || user.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
  };
}

function toWire(message: ReceivedMessage, wanted: WantedNames): object {
  const system = Object.entries(message.systemAttributes).filter(([name]) => wanted.system(name));
  const user = Object.entries(message.attributes).filter(([name]) => wanted.user(name));
  const attributesMd5 = md5OfAttributes(Object.fromEntries(user));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    ...(system.length > 0 ? { Attributes: Object.fromEntries(system) } : {}),
    ...(attributesMd5
      ? {
          MD5OfMessageAttributes: attributesMd5,
          MessageAttributes: Object.fromEntries(user.map(wireAttribute)),
        }
      : {}),
  };
}

function wireAttribute([name, attribute]: [string, MessageAttribute]): [string, WireAttribute] {
  const { dataType, stringValue, binaryValue } = attribute;
  const value = dataType.startsWith('Binary')
    ? { BinaryValue: binaryValue ?? '' }
    : { StringValue: stringValue ?? '' };
  return [name, { DataType: dataType, ...value }];
}
