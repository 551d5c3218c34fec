import { compareText } from '../text-order';
import { canonicalNumber, compareNumbers, numberSize } from './decimal';
import { invalid, invalidParameter } from './errors';

/** A value in DynamoDB JSON; exactly one member is set. Stored values are never changed in place. */
export interface AttributeValue {
  S?: string;
  N?: string;
  B?: string;
  SS?: string[];
  NS?: string[];
  BS?: string[];
  M?: Item;
  L?: AttributeValue[];
  NULL?: boolean;
  BOOL?: boolean;
}

export type Item = Record<string, AttributeValue>;
export type AttributeType = keyof AttributeValue;

export const attributeTypes: readonly AttributeType[] = [
  'S',
  'N',
  'B',
  'SS',
  'NS',
  'BS',
  'M',
  'L',
  'NULL',
  'BOOL',
];

const maximumDepth = 32;
const setNames = { SS: 'string', NS: 'number', BS: 'binary' } as const;

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw emptyValue();
}

function emptyValue(): Error {
  return invalid('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
}

/**
 * Checks a value from a request and brings it into its one stored spelling (numbers, base64), in place.
 * Returns its size in bytes as AWS counts it. Throws ValidationException.
 */
export function normalise(value: AttributeValue, depth = 0): number {
  if (typeof value !== 'object' || value === null) throw emptyValue();
  const type = onlyMember(value);
  if (depth > maximumDepth) throw invalid('Nesting Levels have exceeded supported limits');
  switch (type) {
    case 'S':
      return Buffer.byteLength(text(value.S, 'S'));
    case 'N':
      value.N = canonicalNumber(text(value.N, 'N'));
      return numberSize(value.N);
    case 'B':
      value.B = canonicalBinary(text(value.B, 'B'));
      return binarySize(value.B);
    case 'BOOL':
    case 'NULL':
      return 1;
    case 'M':
      return 3 + normaliseItem(value.M ?? {}, depth + 1) + Object.keys(value.M ?? {}).length;
    case 'L':
      return normaliseList(value.L, depth);
    default:
      return normaliseSet(value, type);
  }
}

/** {@link normalise} for all attributes of an item or map; names count too. */
export function normaliseItem(item: Item, depth = 0): number {
  if (typeof item !== 'object' || item === null) throw serialization('a map of attribute values');
  let size = 0;
  for (const name in item) {
    const value = item[name];
    if (value === undefined) continue;
    size += Buffer.byteLength(name) + normalise(value, depth);
  }
  return size;
}

/** Size in bytes of a stored attribute with its name. */
export function attributeSize(name: string, value: AttributeValue | undefined): number {
  return value === undefined ? 0 : Buffer.byteLength(name) + valueSize(value);
}

export function valueSize(value: AttributeValue): number {
  switch (typeOf(value)) {
    case 'S':
      return Buffer.byteLength(value.S ?? '');
    case 'N':
      return numberSize(value.N ?? '0');
    case 'B':
      return binarySize(value.B ?? '');
    case 'SS':
      return sum(value.SS, (entry) => Buffer.byteLength(entry));
    case 'NS':
      return sum(value.NS, numberSize);
    case 'BS':
      return sum(value.BS, binarySize);
    case 'L':
      return 3 + sum(value.L, (entry) => 1 + valueSize(entry));
    case 'M':
      return 3 + sum(Object.entries(value.M ?? {}), ([name, entry]) => 1 + attributeSize(name, entry));
    default:
      return 1;
  }
}

export function binarySize(base64: string): number {
  return Buffer.byteLength(base64, 'base64');
}

export function sameValue(left: AttributeValue, right: AttributeValue): boolean {
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  switch (type) {
    case 'SS':
    case 'NS':
    case 'BS': {
      const [a, b] = [left[type] ?? [], right[type] ?? []];
      return a.length === b.length && a.every((entry) => b.includes(entry));
    }
    case 'L': {
      const [a, b] = [left.L ?? [], right.L ?? []];
      return a.length === b.length && a.every((entry, index) => sameValue(entry, b[index] ?? {}));
    }
    case 'M':
      return sameMap(left.M ?? {}, right.M ?? {});
    default:
      return left[type] === right[type];
  }
}

function sameMap(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => {
      const [a, b] = [left[name], right[name]];
      return a !== undefined && b !== undefined && sameValue(a, b);
    })
  );
}

/** Order of two values of the same scalar type; undefined where they cannot be ordered. */
export function compareValues(left: AttributeValue, right: AttributeValue): number | undefined {
  if (left.S !== undefined && right.S !== undefined) return compareText(left.S, right.S);
  if (left.N !== undefined && right.N !== undefined) return compareNumbers(left.N, right.N);
  if (left.B !== undefined && right.B !== undefined) return compareBinary(left.B, right.B);
  return undefined;
}

export function compareBinary(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, 'base64'), Buffer.from(right, 'base64'));
}

function onlyMember(value: AttributeValue): AttributeType {
  let found: AttributeType | undefined;
  for (const type in value) {
    if (found !== undefined) {
      throw invalid(
        'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes',
      );
    }
    found = type as AttributeType;
  }
  if (found === undefined || !attributeTypes.includes(found)) throw emptyValue();
  if (found === 'NULL' && value.NULL !== true) {
    throw invalidParameter('Null attribute value types must have the value of true');
  }
  return found;
}

function text(value: unknown, type: AttributeType): string {
  if (typeof value !== 'string') throw serialization(`a string in ${type}`);
  return value;
}

function serialization(expected: string): Error {
  return invalid(`The request does not have the expected shape: ${expected} is needed`);
}

function canonicalBinary(base64: string): string {
  return base64.length % 4 === 0 && !base64.includes('-') && !base64.includes('_')
    ? base64
    : Buffer.from(base64, 'base64').toString('base64');
}

function normaliseList(list: AttributeValue[] | undefined, depth: number): number {
  if (!Array.isArray(list)) throw serialization('a list in L');
  let size = 3;
  for (const entry of list) size += 1 + normalise(entry, depth + 1);
  return size;
}

function normaliseSet(value: AttributeValue, type: 'SS' | 'NS' | 'BS'): number {
  const entries = value[type];
  if (!Array.isArray(entries)) throw serialization(`a list in ${type}`);
  if (entries.length === 0) throw invalidParameter(`An ${setNames[type]} set  may not be empty`);
  const canonical = entries.map((entry) => {
    const given = text(entry, type);
    if (type === 'NS') return canonicalNumber(given);
    return type === 'BS' ? canonicalBinary(given) : given;
  });
  if (new Set(canonical).size !== canonical.length) {
    throw invalidParameter(`Input collection [${entries.join(', ')}] contains duplicates.`);
  }
  value[type] = canonical;
  return valueSize(value);
}

function sum<T>(entries: readonly T[] | undefined, size: (entry: T) => number): number {
  let total = 0;
  for (const entry of entries ?? []) total += size(entry);
  return total;
}
