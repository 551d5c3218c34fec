import { AwsError } from '../../endpoint/aws';
import type { MessageAttribute } from '../../ports';
import { compilePattern, type EventPredicate } from '../events/pattern';
import type { PublishedMessage, SubscriptionRecord } from './model';

/**
 * A subscription's filter policy, over the message's attributes or its JSON body.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function compileFilter({
  attributes,
}: Pick<SubscriptionRecord, 'attributes'>): (message: PublishedMessage) => boolean {
  const text = attributes.FilterPolicy;
  if (text === undefined || text === '' || text === '{}') return () => true;
  const matches = parsePolicy(text);
  if (attributes.FilterPolicyScope === 'MessageBody')
    return (message) => matchesBody(matches, message.message);
  return (message) => matches(valuesOf(message.attributes));
}

/** Throws InvalidParameter where the policy is not valid. */
export function parsePolicy(text: string): EventPredicate {
  try {
    return compilePattern(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidParameter', `Invalid parameter: FilterPolicy: ${reason}`);
  }
}

function matchesBody(matches: EventPredicate, body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && matches(value);
  } catch {
    return false;
  }
}

function valuesOf(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, valueOf(attribute)]),
  );
}

function valueOf({ dataType, stringValue }: MessageAttribute): unknown {
  if (dataType.startsWith('Number')) return Number(stringValue);
  if (dataType !== 'String.Array') return stringValue;
  try {
    return JSON.parse(stringValue ?? '') as unknown;
  } catch {
    return stringValue;
  }
}
