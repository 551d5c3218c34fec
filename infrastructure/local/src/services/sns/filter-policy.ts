import { AwsError } from '../../endpoint/aws';
import type { MessageAttribute } from '../../ports';
import { compilePattern, type EventPredicate } from '../events/pattern';
import { invalidParameter, type Notification } from './model';

export type Filter = (notification: Notification) => boolean;

const everything: Filter = () => true;
const mostKeys = 5;
const mostCombinations = 150;

/**
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html
 * Throws InvalidParameter, or FilterPolicyLimitExceeded.
 */
export function compileFilter(policyText: string | undefined, scope = 'MessageAttributes'): Filter {
  if (!policyText) return everything;
  const policy = parsePolicy(policyText);
  if (Object.keys(policy).length === 0) return everything;
  checkLimits(policy);
  if (scope === 'MessageBody') {
    const matches = compile(policy);
    return ({ message }) => matchesBody(matches, message);
  }
  for (const [key, value] of Object.entries(policy)) {
    if (!Array.isArray(value))
      throw invalidParameter(`FilterPolicy: "${key}" must be an array in the scope MessageAttributes`);
  }
  const matches = compile(policy);
  return ({ attributes }) => matches(attributeEvent(attributes));
}

function parsePolicy(text: string): Readonly<Record<string, unknown>> {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw invalidParameter('FilterPolicy: failed to parse JSON.');
  }
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy))
    throw invalidParameter('FilterPolicy: must be a JSON object');
  return policy as Record<string, unknown>;
}

function compile(policy: unknown): EventPredicate {
  try {
    return compilePattern(policy);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*Reason: /, '') : String(error);
    throw invalidParameter(`FilterPolicy: ${reason}`);
  }
}

function checkLimits(policy: Readonly<Record<string, unknown>>): void {
  const leaves = leafCounts(policy);
  const combinations = leaves.reduce((product, count) => product * count, 1);
  if (leaves.length > mostKeys || combinations > mostCombinations) {
    throw new AwsError(
      'FilterPolicyLimitExceeded',
      `Filter policy is limited to ${mostKeys} keys and ${mostCombinations} combinations`,
      403,
    );
  }
}

function leafCounts(part: unknown): number[] {
  if (Array.isArray(part)) return [part.length];
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, inner]) => {
    if (key === '$or' && Array.isArray(inner)) return inner.flatMap(leafCounts);
    return leafCounts(inner);
  });
}

function matchesBody(matches: EventPredicate, message: string): boolean {
  try {
    return matches(JSON.parse(message));
  } catch {
    return false;
  }
}

/** Message attributes as an event: a Number as number, a String.Array as array; binary ones cannot be matched. */
function attributeEvent(attributes: Readonly<Record<string, MessageAttribute>>): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, { dataType, stringValue = '' }] of Object.entries(attributes)) {
    if (dataType.startsWith('Binary')) continue;
    if (dataType === 'String.Array') event[name] = parseArray(stringValue);
    else event[name] = dataType.startsWith('Number') ? Number(stringValue) : stringValue;
  }
  return event;
}

function parseArray(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
