import { AwsError } from '../../../endpoint/aws';
import type { ReceivedMessage } from '../../../ports';
import { compilePattern } from '../../events/pattern';
import { recordOf } from './batch';

export type Filter = (message: ReceivedMessage) => boolean;

/**
 * FilterCriteria: a message passes that matches one of the patterns, which are EventBridge's, applied to the record.
 * A pattern with `body` as an object only matches bodies that are JSON objects; otherwise the body is a string.
 * Throws AwsError `InvalidParameterValueException`.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function compileFilter(
  patterns: readonly string[],
  queueArn: string,
  region: string,
): Filter | undefined {
  if (patterns.length === 0) return undefined;
  const compiled = patterns.map(compileOne);
  return (message) => {
    const record = recordOf(message, queueArn, region);
    const parsed = parseBody(message.body);
    return compiled.some(({ matches, structuredBody }) => {
      if (!structuredBody) return matches(record);
      return parsed !== undefined && matches({ ...record, body: parsed });
    });
  };
}

interface CompiledFilter {
  readonly matches: (event: Record<string, unknown>) => boolean;
  readonly structuredBody: boolean;
}

function compileOne(text: string): CompiledFilter {
  try {
    const pattern = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const body = pattern['body'];
    return {
      matches: compilePattern(pattern),
      structuredBody: typeof body === 'object' && body !== null && !Array.isArray(body),
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AwsError('InvalidParameterValueException', `Invalid filter pattern definition. ${reason}`);
  }
}

function parseBody(body: string): object | undefined {
  if (!body.startsWith('{')) return undefined;
  try {
    return JSON.parse(body) as object;
  } catch {
    return undefined;
  }
}
