import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../../endpoint/aws';
import type { MessageAttribute } from '../../ports';
import type { Collection } from '../../store/store';
import { invalidValue, missing, within } from './errors';
import { md5, type MessageRecord } from './message';
import type { Queue } from './queue';

export interface MessageInput {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>> | undefined;
  readonly delaySeconds?: number | undefined;
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  readonly traceHeader?: string | undefined;
}

export interface SentDeduplication {
  readonly messageId: string;
  readonly sequence: number;
  readonly at: number;
}

const deduplicationMs = 5 * 60_000;
const fifoId = /^[\w!"#$%&'()*+,\-./:;<=>?@[\\\]^`{|}~]{1,128}$/;

/** Puts messages into queues; FIFO queues take one id once in five minutes. */
export class Sender {
  constructor(
    private readonly nextSequence: () => number,
    /** By queue and deduplication id, oldest first. */
    private readonly sent: Collection<SentDeduplication>,
  ) {}

  /** Durable with the store's next flush. */
  send(queue: Queue, input: MessageInput): Pick<MessageRecord, 'id' | 'md5' | 'sequence'> {
    checkContent(queue, input);
    const now = Date.now();
    const bodyMd5 = md5(input.body);
    const fifo = queue.fifo ? fifoFields(queue, input) : undefined;
    const key =
      fifo &&
      `${queue.name}/${queue.settings.deduplicationByGroup ? `${fifo.groupId}/` : ''}${fifo.deduplicationId}`;
    if (key !== undefined) {
      this.forgetOld(now);
      const earlier = this.sent.get(key);
      if (earlier && earlier.at > now - deduplicationMs)
        return { id: earlier.messageId, md5: bodyMd5, sequence: earlier.sequence };
    }
    const delayMs = input.delaySeconds === undefined ? queue.settings.delayMs : input.delaySeconds * 1000;
    const record: MessageRecord = {
      id: randomUUID(),
      queue: queue.name,
      sequence: this.nextSequence(),
      body: input.body,
      md5: bodyMd5,
      sentAt: now,
      ...(input.attributes && Object.keys(input.attributes).length > 0
        ? { attributes: input.attributes }
        : {}),
      ...(delayMs > 0 ? { visibleAt: now + delayMs } : {}),
      ...(input.traceHeader === undefined ? {} : { traceHeader: input.traceHeader }),
      ...(fifo ?? (input.groupId === undefined ? {} : { groupId: input.groupId })),
    };
    if (key !== undefined) this.remember(key, { messageId: record.id, sequence: record.sequence, at: now });
    queue.enqueue(record);
    return record;
  }

  private remember(key: string, sent: SentDeduplication): void {
    this.sent.delete(key);
    this.sent.set(key, sent);
  }

  private forgetOld(now: number): void {
    for (const [key, { at }] of this.sent) {
      if (at > now - deduplicationMs) return;
      this.sent.delete(key);
    }
  }
}

/** Body and attributes, as the size limits count them. */
export function sizeOf(input: MessageInput): number {
  let size = Buffer.byteLength(input.body);
  for (const [name, { dataType, stringValue, binaryValue }] of Object.entries(input.attributes ?? {})) {
    size += Buffer.byteLength(name) + Buffer.byteLength(dataType) + Buffer.byteLength(stringValue ?? '');
    size += Buffer.byteLength(binaryValue ?? '', 'base64');
  }
  return size;
}

/** What XML 1.0 cannot carry, SQS does not take. */
const forbidden = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

function checkContent(queue: Queue, input: MessageInput): void {
  if (typeof input.body !== 'string' || input.body === '') throw missing('MessageBody');
  if (forbidden.test(input.body)) {
    throw new AwsError(
      'InvalidMessageContents',
      'Invalid binary character was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  if (sizeOf(input) > queue.settings.maximumMessageSize) {
    throw invalidValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maximumMessageSize} bytes.`,
    );
  }
  within(input.delaySeconds, 'DelaySeconds', 0, 900);
  checkAttributes(input.attributes ?? {});
}

function checkAttributes(attributes: Readonly<Record<string, MessageAttribute>>): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw invalidValue(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { dataType, stringValue, binaryValue }] of entries) {
    const reserved = /^(aws|amazon)\./i.test(name);
    if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || name.length > 256 || reserved)
      throw invalidValue(`Message (user) attribute name '${name}' is invalid.`);
    const kind = /^(String|Number|Binary)(\..+)?$/.exec(dataType ?? '')?.[1];
    if (!kind) {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = kind === 'Binary' ? binaryValue : stringValue;
    if (value === undefined || value === '')
      throw invalidValue(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`,
      );
    if (kind === 'Number' && !Number.isFinite(Number(value)))
      throw invalidValue(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

function fifoFields(queue: Queue, input: MessageInput): { groupId: string; deduplicationId: string } {
  if (input.groupId === undefined) throw missing('MessageGroupId');
  if (input.delaySeconds !== undefined && input.delaySeconds > 0) {
    throw invalidValue(
      `Value ${input.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  const { contentBasedDeduplication } = queue.settings;
  const byContent = contentBasedDeduplication
    ? createHash('sha256').update(input.body).digest('hex')
    : undefined;
  const deduplicationId = input.deduplicationId ?? byContent;
  if (deduplicationId === undefined) {
    throw invalidValue(
      'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  for (const [name, id] of Object.entries({
    MessageGroupId: input.groupId,
    MessageDeduplicationId: deduplicationId,
  })) {
    if (!fifoId.test(id))
      throw invalidValue(
        `Value ${id} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      );
  }
  return { groupId: input.groupId, deduplicationId };
}
