import { randomUUID } from 'node:crypto';
import type { TopicSpec } from '../../artefacts/model';
import type { CloudContext } from '../../ports';
import type { Collection } from '../../store/store';
import { compileFilter, type Filter } from './filter-policy';
import {
  invalidParameter,
  isPhoneNumber,
  notFound,
  type Protocol,
  type SubscriptionRecord,
  type TopicRecord,
} from './model';

type Texts = Readonly<Record<string, string>>;

/** A subscription with its filter, compiled once. */
export interface Subscription {
  readonly record: SubscriptionRecord;
  readonly accepts: Filter;
}

const topicAttributes = new Set([
  'DisplayName',
  'Policy',
  'DeliveryPolicy',
  'KmsMasterKeyId',
  'TracingConfig',
  'SignatureVersion',
  'DataProtectionPolicy',
]);
const deliveryStatus =
  /^(Application|Firehose|HTTP|Lambda|SQS)(Success|Failure)Feedback(RoleArn|SampleRate)$/;
const subscriptionAttributes = new Set([
  'RawMessageDelivery',
  'FilterPolicy',
  'FilterPolicyScope',
  'RedrivePolicy',
  'DeliveryPolicy',
  'SubscriptionRoleArn',
]);

/** Topics and who subscribed to them. */
export class Topics {
  private readonly byTopic = new Map<string, Map<string, Subscription>>();

  constructor(
    private readonly context: CloudContext,
    private readonly topics: Collection<TopicRecord>,
    private readonly subscriptions: Collection<SubscriptionRecord>,
  ) {
    for (const record of subscriptions.values()) this.index(record);
  }

  /** Makes what resources.json lists and takes back subscriptions that it listed before. */
  apply(specs: readonly TopicSpec[]): void {
    const kept = new Set<string>();
    for (const spec of specs) {
      const topic = this.topics.get(this.arnOf(spec.name)) ?? this.create(spec.name, {}, {});
      for (const { queue, rawMessageDelivery, filterPolicy } of spec.subscriptions) {
        const endpoint = `arn:aws:sqs:${this.context.region}:${this.context.accountId}:${queue}`;
        const attributes = {
          RawMessageDelivery: String(rawMessageDelivery ?? false),
          ...(filterPolicy ? { FilterPolicy: JSON.stringify(filterPolicy) } : {}),
        };
        const arn = this.find(topic.arn, 'sqs', endpoint)?.arn ?? `${topic.arn}:${randomUUID()}`;
        this.save({ arn, topicArn: topic.arn, protocol: 'sqs', endpoint, attributes, shipped: true });
        kept.add(arn);
      }
    }
    const gone = [...this.subscriptions.values()].filter(({ arn, shipped }) => shipped && !kept.has(arn));
    for (const { arn } of gone) this.unsubscribe(arn);
  }

  create(name: string, attributes: Texts, tags: Texts): TopicRecord {
    if (attributes['FifoTopic'] === 'true' || name.endsWith('.fifo'))
      throw invalidParameter('FifoTopic Reason: FIFO topics are not offered by the local cloud');
    if (!/^[\w-]{1,256}$/.test(name)) throw invalidParameter('Topic Name');
    const { FifoTopic: _standard, ...checked } = attributes;
    checkTopicAttributes(checked);
    const arn = this.arnOf(name);
    const existing = this.topics.get(arn);
    if (existing) {
      if (Object.keys(checked).some((key) => existing.attributes[key] !== checked[key])) {
        throw invalidParameter('Attributes Reason: Topic already exists with different attributes');
      }
      if (Object.keys(tags).some((key) => existing.tags[key] !== tags[key])) {
        throw invalidParameter('Tags Reason: Topic already exists with different tags');
      }
      return existing;
    }
    const topic: TopicRecord = { name, arn, attributes: checked, tags };
    this.topics.set(arn, topic);
    return topic;
  }

  /** Deleting a topic twice is no error; its subscriptions go with it. */
  remove(arn: string): void {
    for (const { record } of this.of(arn)) this.unsubscribe(record.arn);
    this.topics.delete(arn);
  }

  get(arn: string | undefined): TopicRecord {
    const topic = this.topics.get(arn ?? '');
    if (!topic) throw notFound('Topic');
    return topic;
  }

  update(topic: TopicRecord): void {
    checkTopicAttributes(topic.attributes);
    this.topics.set(topic.arn, topic);
  }

  list(): TopicRecord[] {
    return [...this.topics.values()].sort((a, b) => (a.arn < b.arn ? -1 : 1));
  }

  /** The same endpoint subscribes once. */
  subscribe(topicArn: string, protocol: string, endpoint: string, attributes: Texts): SubscriptionRecord {
    const topic = this.get(topicArn);
    checkEndpoint(protocol, endpoint);
    const existing = this.find(topic.arn, protocol, endpoint);
    if (existing) {
      if (Object.keys(attributes).some((key) => existing.attributes[key] !== attributes[key])) {
        throw invalidParameter('Attributes Reason: Subscription already exists with different attributes');
      }
      return existing;
    }
    const record: SubscriptionRecord = {
      arn: `${topic.arn}:${randomUUID()}`,
      topicArn: topic.arn,
      protocol,
      endpoint,
      attributes,
    };
    this.save(record);
    return record;
  }

  unsubscribe(arn: string): void {
    const record = this.subscriptions.get(arn);
    if (!record) return;
    this.subscriptions.delete(arn);
    this.byTopic.get(record.topicArn)?.delete(arn);
  }

  subscription(arn: string | undefined): SubscriptionRecord {
    const record = this.subscriptions.get(arn ?? '');
    if (!record) throw notFound('Subscription');
    return record;
  }

  /** New, or changed. Throws where an attribute is not valid. */
  save(record: SubscriptionRecord): void {
    checkSubscriptionAttributes(record.attributes);
    this.index(record);
    this.subscriptions.set(record.arn, record);
  }

  allSubscriptions(): SubscriptionRecord[] {
    return [...this.subscriptions.values()];
  }

  of(topicArn: string): Subscription[] {
    return [...(this.byTopic.get(topicArn)?.values() ?? [])];
  }

  private arnOf(name: string): string {
    return `arn:aws:sns:${this.context.region}:${this.context.accountId}:${name}`;
  }

  private find(topicArn: string, protocol: string, endpoint: string): SubscriptionRecord | undefined {
    return this.of(topicArn).find(
      ({ record }) => record.protocol === protocol && record.endpoint === endpoint,
    )?.record;
  }

  private index(record: SubscriptionRecord): void {
    const { FilterPolicy, FilterPolicyScope } = record.attributes;
    const subscription = { record, accepts: compileFilter(FilterPolicy, FilterPolicyScope) };
    let subscriptions = this.byTopic.get(record.topicArn);
    if (!subscriptions) this.byTopic.set(record.topicArn, (subscriptions = new Map<string, Subscription>()));
    subscriptions.set(record.arn, subscription);
  }
}

function checkTopicAttributes(attributes: Texts): void {
  const unknown = Object.keys(attributes).find(
    (name) => !topicAttributes.has(name) && !deliveryStatus.test(name),
  );
  if (unknown !== undefined) throw invalidParameter(`AttributeName: ${unknown}`);
}

function checkSubscriptionAttributes(attributes: Texts): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!subscriptionAttributes.has(name))
      throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
    if (name === 'RawMessageDelivery' && !/^(true|false)$/i.test(value))
      throw invalidParameter('Attributes Reason: RawMessageDelivery: Invalid value');
    if (name === 'FilterPolicyScope' && value !== 'MessageAttributes' && value !== 'MessageBody') {
      throw invalidParameter(
        `Attributes Reason: FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
      );
    }
    if (name === 'RedrivePolicy' && value !== '' && deadLetterQueueOf(attributes) === undefined) {
      throw invalidParameter('RedrivePolicy: deadLetterTargetArn is not a queue of this account');
    }
  }
}

export function deadLetterQueueOf(attributes: Texts): string | undefined {
  try {
    const { deadLetterTargetArn } = JSON.parse(attributes['RedrivePolicy'] ?? '{}') as {
      deadLetterTargetArn?: unknown;
    };
    return typeof deadLetterTargetArn === 'string' && deadLetterTargetArn.startsWith('arn:aws:sqs:')
      ? deadLetterTargetArn
      : undefined;
  } catch {
    return undefined;
  }
}

function checkEndpoint(protocol: string, endpoint: string): asserts protocol is Protocol {
  const fits: Readonly<Record<string, (text: string) => boolean>> = {
    sqs: (text) => /^arn:aws:sqs:[\w-]*:\d{12}:[\w.-]+$/.test(text),
    lambda: (text) => /^arn:aws:lambda:[\w-]*:\d{12}:function:[\w$:-]+$/.test(text),
    sms: isPhoneNumber,
  };
  const check = Object.hasOwn(fits, protocol) ? fits[protocol] : undefined;
  if (!check) {
    const known = ['email', 'email-json', 'http', 'https', 'application', 'firehose'].includes(protocol);
    const reason = known
      ? `the local cloud does not deliver by ${protocol}; it delivers to sqs, lambda and sms`
      : 'Does not support this protocol string';
    throw invalidParameter(`Protocol Reason: ${reason}`);
  }
  if (!check(endpoint))
    throw invalidParameter(
      `${protocol === 'sms' ? 'Endpoint' : `${protocol.toUpperCase()} endpoint ARN`}: ${endpoint}`,
    );
}
