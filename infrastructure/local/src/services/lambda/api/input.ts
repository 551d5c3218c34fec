import { AwsError } from '../../../endpoint/aws';

type Input = Readonly<Record<string, unknown>>;

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}

/** Members of a request, by type. Each throws `InvalidParameterValueException`; a missing optional one is undefined. */
export function optionalString(input: Input, name: string): string | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (typeof value !== 'string') throw invalid(`${name} must be a string`);
  return value;
}

export function requiredString(input: Input, name: string): string {
  const value = optionalString(input, name);
  if (value === undefined || value === '') throw invalid(`${name} is required`);
  return value;
}

export function optionalInteger(
  input: Input,
  name: string,
  minimum: number,
  maximum: number,
): number | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${JSON.stringify(value)}' at '${name}' failed to satisfy constraint: ` +
        `Member must be an integer between ${minimum} and ${maximum}`,
    );
  }
  return value;
}

export function optionalObject(input: Input, name: string): Input | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${name} must be an object`);
  return value as Input;
}

export function optionalBoolean(input: Input, name: string): boolean | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (typeof value !== 'boolean') throw invalid(`${name} must be true or false`);
  return value;
}

export function optionalStrings(input: Input, name: string): readonly string[] | undefined {
  const value = input[name];
  if (value == null) return undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw invalid(`${name} must be a list of strings`);
  return value;
}

export function optionalStringMap(input: Input, name: string): Readonly<Record<string, string>> | undefined {
  const value = optionalObject(input, name);
  if (!value) return undefined;
  if (!Object.values(value).every((each) => typeof each === 'string'))
    throw invalid(`${name} must have string values`);
  return value as Record<string, string>;
}

/** One page of a list: `Marker` is the position, as text. */
export function page<T>(
  items: readonly T[],
  query: URLSearchParams,
): { items: readonly T[]; NextMarker?: string } {
  const start = Number(query.get('Marker') ?? '0');
  const size = Math.min(Number(query.get('MaxItems') ?? '50') || 50, 10_000);
  if (!Number.isInteger(start) || start < 0) throw invalid('Marker is not valid');
  const rest = start + size < items.length ? { NextMarker: String(start + size) } : {};
  return { items: items.slice(start, start + size), ...rest };
}
