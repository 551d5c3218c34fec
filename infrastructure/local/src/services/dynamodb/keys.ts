import type { KeyAttribute } from '../../artefacts/model';
import { compareBinary, typeOf, type AttributeValue, type Item } from './attributes';
import { compareNumbers } from './decimal';
import { invalid, invalidParameter } from './errors';
import { own } from './expressions/paths';
import { compareText } from '../text-order';

export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

/** A scalar key value as text: strings as they are, numbers canonical, binary as base64. */
export type KeyText = string;

const maximumHash = 2048;
const maximumRange = 1024;

export function keyAttributes(schema: KeySchema): readonly KeyAttribute[] {
  return schema.range ? [schema.hash, schema.range] : [schema.hash];
}

export function keyText(item: Item, { name, type }: KeyAttribute): KeyText | undefined {
  return item[name]?.[type];
}

/** One text per primary key, for maps. */
export function joinKey(hash: KeyText, range: KeyText | undefined): string {
  return range === undefined ? hash : `${hash.length}:${hash}${range}`;
}

/** The primary key of an item known to have one. */
export function primaryKey(schema: KeySchema, item: Item): string {
  return joinKey(keyText(item, schema.hash) ?? '', schema.range && keyText(item, schema.range));
}

export function compareKeyText(type: KeyAttribute['type'], left: KeyText, right: KeyText): number {
  if (type === 'S') return compareText(left, right);
  return type === 'N' ? compareNumbers(left, right) : compareBinary(left, right);
}

/** Of a Key parameter: exactly the key attributes, of the right types, not empty. */
export function checkKey(schema: KeySchema, key: Item): void {
  const attributes = keyAttributes(schema);
  if (Object.keys(key).length !== attributes.length) throw mismatch();
  for (const attribute of attributes) {
    const value = own(key, attribute.name);
    if (value?.[attribute.type] === undefined) throw mismatch();
    checkLength(schema, attribute, value);
  }
}

function mismatch(): Error {
  return invalid('The provided key element does not match the schema');
}

/** Of an item to be put. */
export function checkItemKey(schema: KeySchema, item: Item): void {
  for (const attribute of keyAttributes(schema)) {
    const value = own(item, attribute.name);
    if (!value) throw invalidParameter(`Missing the key ${attribute.name} in the item`);
    if (value[attribute.type] === undefined) {
      throw invalidParameter(
        `Type mismatch for key ${attribute.name} expected: ${attribute.type} actual: ${typeOf(value)}`,
      );
    }
    checkLength(schema, attribute, value);
  }
}

function checkLength(schema: KeySchema, attribute: KeyAttribute, value: AttributeValue): void {
  const text = value[attribute.type] ?? '';
  if (text === '') {
    const kind = attribute.type === 'B' ? 'binary' : 'string';
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${attribute.name}`,
    );
  }
  const isHash = attribute === schema.hash;
  if (Buffer.byteLength(text) > (isHash ? maximumHash : maximumRange)) {
    throw invalidParameter(
      isHash
        ? 'Size of hashkey has exceeded the maximum size limit of2048 bytes'
        : 'Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
    );
  }
}

/** An item may lack an index's key, but what it has must be of the right type and not empty. */
export function checkIndexKey(indexName: string, schema: KeySchema, item: Item): void {
  for (const attribute of keyAttributes(schema)) {
    const value = own(item, attribute.name);
    if (!value) continue;
    if (value[attribute.type] === undefined) {
      throw invalidParameter(
        `Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${indexName}`,
      );
    }
    if (value[attribute.type] === '') {
      const kind = attribute.type === 'B' ? 'binary' : 'string';
      throw invalid(
        `One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${kind} value. IndexName: ${indexName}, IndexKey: ${attribute.name}`,
      );
    }
  }
}
