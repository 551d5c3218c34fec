import { AwsError } from '../../endpoint/aws';
import type { QueueSpec } from '../../artefacts/model';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import { invalidValue, queueDoesNotExist } from './errors';
import { countedReceives, type Message, type MessageRecord, type ReceiveRecord } from './message';
import { Queue } from './queue';
import {
  checkedAttributes,
  parseRedriveAllowPolicy,
  settingsOf,
  withDefaults,
  type Attributes,
} from './queue-attributes';

interface QueueRecord {
  readonly name: string;
  readonly attributes: Attributes;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch seconds. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** All queues: what they are called, what was set on them, and how one finds another. */
export class QueueRegistry {
  private readonly queues = new Map<string, Queue>();
  private readonly arnPrefix: string;
  private lastSequence = 0;

  private constructor(
    private readonly context: CloudContext,
    private readonly records: Collection<QueueRecord>,
    private readonly messages: Collection<MessageRecord>,
    private readonly receives: Collection<ReceiveRecord>,
  ) {
    this.arnPrefix = `arn:aws:sqs:${context.region}:${context.accountId}:`;
  }

  static async load(context: CloudContext): Promise<QueueRegistry> {
    const { store } = context;
    const registry = new QueueRegistry(
      context,
      await store.collection('sqs.queues'),
      await store.collection('sqs.messages'),
      await store.collection('sqs.receives'),
    );
    for (const record of registry.records.values()) registry.open(record);
    const messages = [...registry.messages.values()].sort((a, b) => a.sequence - b.sequence);
    for (const message of messages)
      registry.queues.get(message.queue)?.restore(message, registry.receives.get(message.id));
    registry.lastSequence = messages.at(-1)?.sequence ?? 0;
    return registry;
  }

  /** Creates or updates what resources.json lists. Dead-letter queues come first, because others name them. */
  apply(specs: readonly QueueSpec[]): void {
    const inOrder = [...specs].sort(
      (a, b) => Number(a.deadLetterQueue !== undefined) - Number(b.deadLetterQueue !== undefined),
    );
    for (const spec of inOrder) {
      const attributes: Record<string, string> = {};
      if (spec.visibilityTimeoutSeconds !== undefined)
        attributes['VisibilityTimeout'] = String(spec.visibilityTimeoutSeconds);
      if (spec.messageRetentionSeconds !== undefined)
        attributes['MessageRetentionPeriod'] = String(spec.messageRetentionSeconds);
      if (spec.deadLetterQueue !== undefined) {
        const deadLetterTargetArn = this.arnPrefix + spec.deadLetterQueue;
        attributes['RedrivePolicy'] = JSON.stringify({
          deadLetterTargetArn,
          maxReceiveCount: spec.maxReceiveCount ?? 3,
        });
      }
      const existing = this.queues.get(spec.name);
      if (existing) this.setAttributes(existing, attributes);
      else this.create(spec.name, attributes, {});
    }
  }

  /** The same call again finds the queue; one that asks for other attributes fails. */
  create(
    name: string,
    input: Readonly<Record<string, unknown>>,
    tags: Readonly<Record<string, string>>,
  ): Queue {
    const fifo = input['FifoQueue'] === 'true' || input['FifoQueue'] === true;
    if (
      !/^[\w-]{1,80}$/.test(fifo ? name.replace(/\.fifo$/, '') : name) ||
      name.length > 80 ||
      name.endsWith('.fifo') !== fifo
    ) {
      const rule = fifo
        ? 'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length'
        : 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length';
      throw invalidValue(rule);
    }
    const attributes = checkedAttributes(input, fifo);
    const existing = this.records.get(name);
    const found = this.queues.get(name);
    if (existing && found) {
      const current = withDefaults(existing.attributes, found.fifo);
      const differing = Object.keys(attributes).find((key) => attributes[key] !== current[key]);
      if (differing === undefined) return found;
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${differing}`,
      );
    }
    this.checkRedrive(name, fifo, attributes);
    const now = Math.floor(Date.now() / 1000);
    const record: QueueRecord = { name, attributes, tags, createdAt: now, modifiedAt: now };
    this.records.set(name, record);
    return this.open(record);
  }

  remove(queue: Queue): void {
    queue.purge();
    queue.close();
    this.queues.delete(queue.name);
    this.records.delete(queue.name);
  }

  setAttributes(queue: Queue, input: Readonly<Record<string, unknown>>): void {
    const changes = checkedAttributes(input, queue.fifo);
    if (changes['FifoQueue'] !== undefined && (changes['FifoQueue'] === 'true') !== queue.fifo) {
      throw new AwsError(
        'InvalidAttributeValue',
        'Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.',
      );
    }
    this.checkRedrive(queue.name, queue.fifo, changes);
    const record = this.recordOf(queue);
    const merged = Object.entries({ ...record.attributes, ...changes }).filter(([, value]) => value !== '');
    const attributes = Object.fromEntries(merged);
    if (JSON.stringify(attributes) === JSON.stringify(record.attributes)) return;
    this.records.set(queue.name, { ...record, attributes, modifiedAt: Math.floor(Date.now() / 1000) });
    queue.settings = settingsOf(attributes);
  }

  attributesOf(queue: Queue): Record<string, string> {
    const record = this.recordOf(queue);
    const depths = queue.depths();
    return {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(depths.visible),
      ApproximateNumberOfMessagesNotVisible: String(depths.inFlight),
      ApproximateNumberOfMessagesDelayed: String(depths.delayed),
      CreatedTimestamp: String(record.createdAt),
      LastModifiedTimestamp: String(record.modifiedAt),
      ...withDefaults(record.attributes, queue.fifo),
    };
  }

  tagsOf(queue: Queue): Readonly<Record<string, string>> {
    return this.recordOf(queue).tags;
  }

  setTags(queue: Queue, tags: Readonly<Record<string, string>>): void {
    this.records.set(queue.name, { ...this.recordOf(queue), tags });
  }

  byName(name: string): Queue {
    const queue = this.queues.get(name);
    if (!queue) throw queueDoesNotExist();
    return queue;
  }

  /** Any host will do: clients reach the endpoint under several names. */
  byUrl(url: string): Queue {
    return this.byName(url.slice(url.lastIndexOf('/') + 1));
  }

  byArn(arn: string): Queue {
    return this.byName(arn.startsWith(this.arnPrefix) ? arn.slice(this.arnPrefix.length) : '');
  }

  urlOf(queue: Queue): string {
    return `${this.context.endpointUrl}/${this.context.accountId}/${queue.name}`;
  }

  names(): string[] {
    return [...this.queues.keys()].sort();
  }

  /** The queues whose redrive policy names this one. */
  sourcesOf(queue: Queue): Queue[] {
    return [...this.queues.values()].filter(
      (source) => source.settings.redrive?.deadLetterTargetArn === queue.arn,
    );
  }

  nextSequence(): number {
    return ++this.lastSequence;
  }

  close(): void {
    for (const queue of this.queues.values()) queue.close();
  }

  private open(record: QueueRecord): Queue {
    const fifo = record.attributes['FifoQueue'] === 'true';
    const queue = new Queue(record.name, this.arnPrefix + record.name, fifo, settingsOf(record.attributes), {
      messages: this.messages,
      receives: this.receives,
      deadLetter: (source, message) => this.deadLetter(source, message),
    });
    this.queues.set(record.name, queue);
    return queue;
  }

  /** A dead letter stays the message it was, with its id and the time it was sent. */
  private deadLetter(source: Queue, message: Message): boolean {
    const target = this.queues.get(
      source.settings.redrive?.deadLetterTargetArn.slice(this.arnPrefix.length) ?? '',
    );
    if (!target) return false;
    source.forget(message);
    const { visibleAt: _elapsed, ...record } = message.record;
    target.enqueue({
      ...record,
      queue: target.name,
      sequence: this.nextSequence(),
      deadLetterSource: source.arn,
      earlierReceives: (record.earlierReceives ?? 0) + countedReceives(message),
    });
    return true;
  }

  private checkRedrive(name: string, fifo: boolean, attributes: Attributes): void {
    const text = attributes['RedrivePolicy'];
    const arn = text ? settingsOf(attributes).redrive?.deadLetterTargetArn : undefined;
    if (!text || !arn) return;
    const reject = (reason: string): AwsError =>
      invalidValue(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
    const target = this.queues.get(arn.startsWith(this.arnPrefix) ? arn.slice(this.arnPrefix.length) : '');
    if (!target) throw reject('Dead letter target does not exist.');
    if (target.fifo !== fifo) throw reject('Dead-letter queue must be the same type of queue as the source.');
    const allow = this.recordOf(target).attributes['RedriveAllowPolicy'];
    const { redrivePermission, sourceQueueArns } = allow
      ? parseRedriveAllowPolicy(allow)
      : { redrivePermission: 'allowAll', sourceQueueArns: [] };
    const allowed = redrivePermission === 'allowAll' || sourceQueueArns.includes(this.arnPrefix + name);
    if (!allowed) throw reject('The dead-letter queue does not allow this queue as a source.');
  }

  private recordOf(queue: Queue): QueueRecord {
    const record = this.records.get(queue.name);
    if (!record) throw queueDoesNotExist();
    return record;
  }
}
