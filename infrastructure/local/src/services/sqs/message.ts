import { createHash } from 'node:crypto';
import type { MessageAttribute, ReceivedMessage } from '../../ports';
import type { Timed } from '../timer-heap';

/** What is written once, when a message is sent (`sqs.messages`, by message id). */
export interface MessageRecord {
  readonly id: string;
  readonly queue: string;
  /** Order of arrival over all queues. */
  readonly sequence: number;
  readonly body: string;
  readonly md5: string;
  readonly sentAt: number;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  /** When a delayed message becomes visible. */
  readonly visibleAt?: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly traceHeader?: string;
  /** ARN of the queue it was taken from when it became a dead letter, and how often it had been received there. */
  readonly deadLetterSource?: string;
  readonly earlierReceives?: number;
}

/** What changes with each receive (`sqs.receives`, by message id). */
export interface ReceiveRecord {
  readonly count: number;
  readonly firstAt: number;
  readonly visibleAt: number;
  /** A function of this process has it in hand. Nobody has it any more when another process reads this. */
  readonly inProcess?: true;
  /** Receives that do not count, because the process ended under them. */
  readonly undone?: number;
}

/** `gone` is also what a message is before its queue has placed it. */
export type MessageState = 'ready' | 'in-flight' | 'delayed' | 'gone';

/** A message in memory. */
export interface Message extends Timed {
  readonly record: MessageRecord;
  state: MessageState;
  receives: number;
  undone: number;
  firstReceivedAt: number;
}

/** Each receive has its own number, for its handle; these are those that count. */
export const countedReceives = ({ receives, undone }: Message): number => receives - undone;

export function messageOf(record: MessageRecord, received?: ReceiveRecord): Message {
  return {
    record,
    state: 'gone',
    receives: received?.count ?? 0,
    undone: received?.undone ?? 0,
    firstReceivedAt: received?.firstAt ?? 0,
    dueAt: 0,
    heapIndex: -1,
  };
}

/** A handle names one receive of a message: the later one of two wins. */
export function receiptHandle(message: Message): string {
  return Buffer.from(`${message.record.queue}/${message.record.id}/${message.receives}`).toString('base64');
}

export function parseReceiptHandle(
  handle: string,
): { queue: string; id: string; receive: number } | undefined {
  const match = /^([\w.-]+)\/([0-9a-f-]{36})\/(\d+)$/.exec(Buffer.from(handle, 'base64').toString('latin1'));
  return match?.[1] && match[2] ? { queue: match[1], id: match[2], receive: Number(match[3]) } : undefined;
}

/** As the in-process port hands it out: with everything. The Query and JSON protocols choose from it. */
export function toReceived(message: Message, senderId: string): ReceivedMessage {
  const { record } = message;
  const systemAttributes: Record<string, string> = {
    ApproximateReceiveCount: String((record.earlierReceives ?? 0) + countedReceives(message)),
    SentTimestamp: String(record.sentAt),
    SenderId: senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  if (record.groupId !== undefined) systemAttributes['MessageGroupId'] = record.groupId;
  if (record.deduplicationId !== undefined) {
    systemAttributes['MessageDeduplicationId'] = record.deduplicationId;
    systemAttributes['SequenceNumber'] = sequenceNumber(record.sequence);
  }
  if (record.traceHeader !== undefined) systemAttributes['AWSTraceHeader'] = record.traceHeader;
  if (record.deadLetterSource !== undefined)
    systemAttributes['DeadLetterQueueSourceArn'] = record.deadLetterSource;
  return {
    messageId: record.id,
    receiptHandle: receiptHandle(message),
    body: record.body,
    md5OfBody: record.md5,
    systemAttributes,
    attributes: record.attributes ?? {},
  };
}

/** Twenty digits, growing, as FIFO queues number their messages. */
export const sequenceNumber = (sequence: number): string => `188${String(sequence).padStart(17, '0')}`;

export const md5 = (data: string): string => createHash('md5').update(data).digest('hex');

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * Undefined without attributes.
 */
export function md5OfAttributes(
  attributes: Readonly<Record<string, MessageAttribute>> | undefined,
): string | undefined {
  const names = Object.keys(attributes ?? {}).sort();
  if (!attributes || names.length === 0) return undefined;
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (!attribute) continue;
    const binary = attribute.dataType.startsWith('Binary');
    add(Buffer.from(name));
    add(Buffer.from(attribute.dataType));
    hash.update(Buffer.of(binary ? 2 : 1));
    add(
      binary ? Buffer.from(attribute.binaryValue ?? '', 'base64') : Buffer.from(attribute.stringValue ?? ''),
    );
  }
  return hash.digest('hex');
}
