import { AwsError } from '../../endpoint/aws';
import { compileOperator, type ValueTest } from './pattern-operators';

/**
 * Event patterns: of EventBridge rules and archives, of SNS filter policies and of Lambda's event source filters.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 *
 * As in EventBridge a field with several values (an array) matches when one of them does, nested fields of one
 * array element are matched together, and `exists` looks at leaves only.
 */
export type EventPredicate = (event: unknown) => boolean;

type JsonObject = Readonly<Record<string, unknown>>;
/** `root` is the whole event: whether a field is absent is asked of it, not of one array element. */
type Test = (value: unknown, root: unknown) => boolean;

/** Throws AwsError `InvalidEventPatternException`. `pattern` is parsed JSON. */
export function compilePattern(pattern: unknown): EventPredicate {
  if (!isObject(pattern)) throw invalidPattern('Filter is not an object');
  const test = compileObject(pattern, []);
  return (event) => test(event, event);
}

/** As {@link compilePattern}, from JSON text. */
export function compilePatternText(text: string): EventPredicate {
  return compilePattern(parsePattern(text));
}

export function parsePattern(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidPattern('Filter is not valid JSON');
  }
}

export const invalidPattern = (reason: string): AwsError =>
  new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${reason}`);

/**
 * The exact texts one top-level field must have for the pattern to match, so that rules can be found by them;
 * undefined where it may have others too. Call it with a pattern that compiles.
 */
export function exactValues(pattern: unknown, field: string): readonly string[] | undefined {
  if (!isObject(pattern)) return undefined;
  const values = pattern[field];
  if (Array.isArray(values))
    return values.every((value): value is string => typeof value === 'string') ? values : undefined;
  const alternatives = pattern['$or'];
  if (!Array.isArray(alternatives)) return undefined;
  const found = alternatives.map((alternative) => exactValues(alternative, field));
  return found.every((part) => part !== undefined) ? [...new Set(found.flat())] : undefined;
}

function compileObject(pattern: JsonObject, path: readonly string[]): Test {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalidPattern('Empty objects are not allowed');
  const tests = entries.map(([key, part]) =>
    key === '$or' && isAlternatives(part) ? compileOr(part, path) : compileField(key, part, path),
  );
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (value, root) => {
    for (const test of tests) if (!test(value, root)) return false;
    return true;
  };
}

const isAlternatives = (part: unknown): part is JsonObject[] =>
  Array.isArray(part) && part.length >= 2 && part.every(isObject);

function compileOr(alternatives: readonly JsonObject[], path: readonly string[]): Test {
  const tests = alternatives.map((alternative) => compileObject(alternative, path));
  return (value, root) => tests.some((test) => test(value, root));
}

function compileField(key: string, part: unknown, path: readonly string[]): Test {
  if (key === '$or') throw invalidPattern('"$or" must be an array of at least two objects');
  const inner = [...path, key];
  if (Array.isArray(part)) {
    const test = compileLeaf(part, inner);
    return (value, root) => test(isObject(value) ? value[key] : undefined, root);
  }
  if (!isObject(part)) throw invalidPattern(`"${key}" must be an object or an array`);
  const test = compileObject(part, inner);
  return (value, root) => testObjects(isObject(value) ? value[key] : undefined, root, test);
}

/** Of an array of objects one must fulfil everything the pattern asks for below this field. */
function testObjects(value: unknown, root: unknown, test: Test): boolean {
  if (!Array.isArray(value)) return test(value, root);
  if (value.length === 0) return test(undefined, root);
  return value.some((element) => testObjects(element, root, test));
}

function compileLeaf(values: readonly unknown[], path: readonly string[]): Test {
  const key = path.at(-1) ?? '';
  if (values.length === 0) throw invalidPattern(`"${key}" must not be an empty array`);
  const exact = new Set<unknown>();
  const tests: ValueTest[] = [];
  let mayBeAbsent = false;
  for (const value of values) {
    if (isObject(value)) {
      const exists = existsOf(value);
      if (exists === false) mayBeAbsent = true;
      else tests.push(exists ? () => true : compileOperator(value));
    } else if (Array.isArray(value)) {
      throw invalidPattern('Arrays within arrays are not allowed');
    } else exact.add(value);
  }
  const matches: ValueTest =
    tests.length === 0
      ? (value) => exact.has(value)
      : (value) => exact.has(value) || tests.some((test) => test(value));
  if (!mayBeAbsent) return (value) => anyLeaf(value, matches);
  return (value, root) => anyLeaf(value, matches) || !leafAt(root, path, 0);
}

/** `{"exists": true}` or false; undefined for another operator. */
function existsOf(operator: JsonObject): boolean | undefined {
  const keys = Object.keys(operator);
  if (keys.length !== 1 || keys[0] !== 'exists') return undefined;
  if (typeof operator['exists'] !== 'boolean')
    throw invalidPattern('exists match pattern must be either true or false');
  return operator['exists'];
}

function anyLeaf(value: unknown, test: ValueTest): boolean {
  if (Array.isArray(value)) return value.some((element) => anyLeaf(element, test));
  return value !== undefined && !isObject(value) && test(value);
}

/** Whether the event has any leaf at this path, whatever arrays lie on the way. */
function leafAt(value: unknown, path: readonly string[], depth: number): boolean {
  if (Array.isArray(value)) return value.some((element) => leafAt(element, path, depth));
  const key = path[depth];
  if (key === undefined) return value !== undefined && !isObject(value);
  return isObject(value) && leafAt(value[key], path, depth + 1);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
