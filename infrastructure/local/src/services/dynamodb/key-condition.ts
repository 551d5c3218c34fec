import type { KeyAttribute } from '../../artefacts/model';
import { compareValues, type AttributeValue } from './attributes';
import { invalid, invalidParameter } from './errors';
import type { Bindings } from './expressions/bindings';
import type { Condition, Operand } from './expressions/syntax';
import type { KeySchema, KeyText } from './keys';

export type RangeCondition =
  | { readonly operator: '=' | '<' | '<=' | '>' | '>=' | 'begins_with'; readonly from: KeyText }
  | { readonly operator: 'BETWEEN'; readonly from: KeyText; readonly to: KeyText };

export interface KeyCondition {
  readonly hash: KeyText;
  readonly range?: RangeCondition;
}

interface Part {
  readonly name: string;
  readonly operator: RangeCondition['operator'];
  readonly values: readonly AttributeValue[];
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

/** Takes a KeyConditionExpression apart: equality of the hash key and at most one condition on the range key. */
export function bindKeyCondition(bindings: Bindings, text: string, schema: KeySchema): KeyCondition {
  const condition = bindings.condition('KeyConditionExpression', text);
  if (!condition) throw unsupported();
  const parts = split(condition).map((each) => part(each, bindings));
  if (new Set(parts.map(({ name }) => name)).size !== parts.length) {
    throw invalid('KeyConditionExpressions must only contain one condition per key');
  }
  const hash = parts.find(({ name }) => name === schema.hash.name);
  if (!hash) throw invalid(`Query condition missed key schema element: ${schema.hash.name}`);
  if (hash.operator !== '=') throw unsupported();
  const range = parts.find((each) => each !== hash);
  if (parts.length > 2) throw unsupported();
  if (range && range.name !== schema.range?.name) {
    throw schema.range
      ? invalid(`Query condition missed key schema element: ${schema.range.name}`)
      : unsupported();
  }
  return {
    hash: keyValue(hash.values[0], schema.hash),
    ...(range && schema.range && { range: rangeCondition(range, schema.range) }),
  };
}

function split(condition: Condition): Condition[] {
  return condition.type === 'and' ? [...split(condition.left), ...split(condition.right)] : [condition];
}

function part(condition: Condition, bindings: Bindings): Part {
  switch (condition.type) {
    case 'compare': {
      const { operator, left, right } = condition;
      if (operator === '<>') throw operatorRefused('<>');
      return left.type === 'path'
        ? { name: attribute(left, bindings), operator, values: [literal(right, bindings)] }
        : {
            name: attribute(right, bindings),
            operator: mirrored[operator],
            values: [literal(left, bindings)],
          };
    }
    case 'between': {
      const values = [condition.low, condition.high].map((each) => literal(each, bindings));
      return { name: attribute(condition.operand, bindings), operator: 'BETWEEN', values };
    }
    case 'beginsWith':
      return {
        name: attribute(condition.operand, bindings),
        operator: 'begins_with',
        values: [literal(condition.value, bindings)],
      };
    case 'exists':
      throw operatorRefused(condition.wanted ? 'attribute_exists' : 'attribute_not_exists');
    case 'attributeType':
      throw operatorRefused('attribute_type');
    default:
      throw operatorRefused(condition.type === 'contains' ? 'contains' : condition.type.toUpperCase());
  }
}

function operatorRefused(operator: string): Error {
  return invalid(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function attribute(operand: Operand, bindings: Bindings): string {
  const name = operand.type === 'path' ? bindings.steps(operand) : [];
  if (name.length !== 1 || typeof name[0] !== 'string') {
    throw invalid(
      'Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes',
    );
  }
  return name[0];
}

function literal(operand: Operand, bindings: Bindings): AttributeValue {
  if (operand.type !== 'value') {
    throw invalid(
      'Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition',
    );
  }
  return bindings.value(operand.name);
}

function rangeCondition({ operator, values }: Part, attributeOf: KeyAttribute): RangeCondition {
  const [from, to] = values;
  if (operator !== 'BETWEEN') return { operator, from: keyValue(from, attributeOf) };
  const between = { operator, from: keyValue(from, attributeOf), to: keyValue(to, attributeOf) } as const;
  if ((compareValues(from ?? {}, to ?? {}) ?? 0) > 0) {
    throw invalid(
      'Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ' +
        `lower bound operand: AttributeValue: {${attributeOf.type}:${between.from}}, upper bound operand: AttributeValue: {${attributeOf.type}:${between.to}}`,
    );
  }
  return between;
}

function keyValue(value: AttributeValue | undefined, { name, type }: KeyAttribute): KeyText {
  const text = value?.[type];
  if (text === undefined) throw invalidParameter('Condition parameter type does not match schema type');
  if (text === '') {
    throw invalid(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
  return text;
}

function unsupported(): Error {
  return invalid('Query key condition not supported');
}
