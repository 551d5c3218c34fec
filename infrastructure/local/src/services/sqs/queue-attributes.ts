import { AwsError } from '../../endpoint/aws';
import { invalidValue } from './errors';

/** Attributes as SQS names them, all text. Only what was set is kept. */
export type Attributes = Readonly<Record<string, string>>;

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** What the attributes mean, parsed once. */
export interface QueueSettings {
  readonly visibilityMs: number;
  readonly retentionMs: number;
  readonly delayMs: number;
  readonly waitMs: number;
  readonly maximumMessageSize: number;
  readonly redrive?: RedrivePolicy;
  readonly contentBasedDeduplication: boolean;
  readonly deduplicationByGroup: boolean;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const maximumMessageSize = 1_048_576;

const numbers: Readonly<
  Record<string, { readonly least: number; readonly most: number; readonly otherwise: number }>
> = {
  VisibilityTimeout: { least: 0, most: 43_200, otherwise: 30 },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, otherwise: 345_600 },
  DelaySeconds: { least: 0, most: 900, otherwise: 0 },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: 20, otherwise: 0 },
  MaximumMessageSize: { least: 1024, most: maximumMessageSize, otherwise: maximumMessageSize },
};
const choices: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ['true', 'false'],
  ContentBasedDeduplication: ['true', 'false'],
  DeduplicationScope: ['messageGroup', 'queue'],
  FifoThroughputLimit: ['perQueue', 'perMessageGroupId'],
  SqsManagedSseEnabled: ['true', 'false'],
};
const fifoOnly = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);
/** Kept and given back; nothing here depends on them. */
const kept = new Set([
  'Policy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
]);
const removable = new Set(['Policy', 'KmsMasterKeyId', 'RedrivePolicy', 'RedriveAllowPolicy']);
const computed = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'CreatedTimestamp',
  'LastModifiedTimestamp',
  'QueueArn',
];

export const readableAttributes: ReadonlySet<string> = new Set([
  ...Object.keys(numbers),
  ...Object.keys(choices),
  ...kept,
  ...computed,
]);

/** Checks what a client sets, numbers normalized. Whether redrive targets exist is the registry's affair. */
export function checkedAttributes(
  input: Readonly<Record<string, unknown>>,
  fifo: boolean,
): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, given] of Object.entries(input)) {
    const value = typeof given === 'string' ? given : String(given);
    const range = numbers[name];
    const allowed = choices[name];
    if (!range && !allowed && !kept.has(name))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const inRange =
      !range || (/^\d+$/.test(value) && Number(value) >= range.least && Number(value) <= range.most);
    const wrongKind = fifoOnly.has(name) && !fifo;
    if (wrongKind && !(name === 'FifoQueue' && value === 'false'))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    if (!inRange || (allowed && !allowed.includes(value)) || (value === '' && !removable.has(name))) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);
    }
    result[name] = range ? String(Number(value)) : value;
  }
  if (result['RedrivePolicy'])
    result['RedrivePolicy'] = JSON.stringify(parseRedrivePolicy(result['RedrivePolicy']));
  if (result['RedriveAllowPolicy']) parseRedriveAllowPolicy(result['RedriveAllowPolicy']);
  return result;
}

export function settingsOf(attributes: Attributes): QueueSettings {
  const number = (name: string): number => Number(attributes[name] ?? numbers[name]?.otherwise);
  const redrive = attributes['RedrivePolicy'];
  return {
    visibilityMs: number('VisibilityTimeout') * 1000,
    retentionMs: number('MessageRetentionPeriod') * 1000,
    delayMs: number('DelaySeconds') * 1000,
    waitMs: number('ReceiveMessageWaitTimeSeconds') * 1000,
    maximumMessageSize: number('MaximumMessageSize'),
    ...(redrive ? { redrive: parseRedrivePolicy(redrive) } : {}),
    contentBasedDeduplication: attributes['ContentBasedDeduplication'] === 'true',
    deduplicationByGroup: attributes['DeduplicationScope'] === 'messageGroup',
  };
}

/** What GetQueueAttributes shows of an attribute nobody set. */
export function withDefaults(attributes: Attributes, fifo: boolean): Record<string, string> {
  const result: Record<string, string> = { SqsManagedSseEnabled: 'true' };
  for (const [name, { otherwise }] of Object.entries(numbers)) result[name] = String(otherwise);
  if (fifo) {
    Object.assign(result, {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'false',
      DeduplicationScope: 'queue',
      FifoThroughputLimit: 'perQueue',
    });
  }
  return { ...result, ...attributes };
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  const reject = (reason: string): AwsError =>
    invalidValue(`Value ${text} for parameter RedrivePolicy is invalid. Reason: ${reason}`);
  const policy = parseObject(text, 'RedrivePolicy');
  const { deadLetterTargetArn } = policy;
  const maxReceiveCount = Number(policy['maxReceiveCount']);
  if (policy['maxReceiveCount'] === undefined)
    throw reject('Redrive policy does not contain mandatory attribute: maxReceiveCount.');
  if (typeof deadLetterTargetArn !== 'string')
    throw reject('Redrive policy does not contain mandatory attribute: deadLetterTargetArn.');
  if (!Number.isInteger(maxReceiveCount) || maxReceiveCount < 1 || maxReceiveCount > 1000) {
    throw reject('Invalid value for maxReceiveCount: it must be between 1 and 1000.');
  }
  return { deadLetterTargetArn, maxReceiveCount };
}

export interface RedriveAllowPolicy {
  readonly redrivePermission: string;
  readonly sourceQueueArns: readonly string[];
}

export function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const policy = parseObject(text, 'RedriveAllowPolicy');
  const permission = policy['redrivePermission'];
  const sources = policy['sourceQueueArns'] ?? [];
  const known = permission === 'allowAll' || permission === 'denyAll' || permission === 'byQueue';
  if (
    !known ||
    !Array.isArray(sources) ||
    sources.length > 10 ||
    sources.length > 0 !== (permission === 'byQueue')
  ) {
    throw invalidValue(`Value ${text} for parameter RedriveAllowPolicy is invalid.`);
  }
  return { redrivePermission: permission, sourceQueueArns: sources.map(String) };
}

function parseObject(text: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidValue(
      `Value ${text} for parameter ${name} is invalid. Reason: Redrive policy is not a valid JSON map.`,
    );
  }
  return value as Record<string, unknown>;
}
