import { AwsError } from '../../endpoint/aws';
import { type Json, type JsonObject, exceedsLimit, maximumDataBytes } from './asl/json';

/** Reading the members of a request. */

export function requiredText(input: JsonObject, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw validation(
    name,
    value === undefined || value === null
      ? 'must not be null'
      : 'must have length greater than or equal to 1',
  );
}

export function optionalText(input: JsonObject, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new AwsError('SerializationException', `Expected a string at '${name}'`);
}

export function validation(name: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member ${constraint}`,
  );
}

/** Names of state machines and executions: 1 to 80 characters without spaces, brackets, wildcards and the like. */
export function validName(name: string): string {
  if (/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name)) return name;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

/** Input of an execution or output of a task: JSON text of at most 256 KiB. */
export function jsonText(text: string, code: 'InvalidExecutionInput' | 'InvalidOutput'): string {
  const what = code === 'InvalidOutput' ? 'Invalid Output' : 'Invalid State Machine Execution Input';
  if (exceedsLimit(text)) throw new AwsError(code, `${what}: 'The data exceeds ${maximumDataBytes} bytes'`);
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError(code, `${what}: '${(error as Error).message}'`);
  }
}

/** maxResults (0 or missing: the default) and nextToken as an offset. */
export function page(input: JsonObject, fallback = 100): { limit: number; offset: number } {
  const token = optionalText(input, 'nextToken');
  const offset = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString('utf8'));
  if (!Number.isInteger(offset) || offset < 0) throw invalidToken(token ?? '');
  return { limit: limitOf(input['maxResults'], fallback), offset };
}

export function limitOf(value: Json | undefined, fallback = 100): number {
  if (value === undefined || value === null || value === 0) return fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1000) return value;
  throw validation('maxResults', 'must have value less than or equal to 1000');
}

export function invalidToken(token: string): AwsError {
  return new AwsError('InvalidToken', `Invalid Token: '${token}'`);
}
