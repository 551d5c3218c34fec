import {
  attributeTypes,
  binarySize,
  compareValues,
  sameValue,
  typeOf,
  type AttributeValue,
  type Item,
} from '../attributes';
import { invalid } from '../errors';
import type { Bindings } from './bindings';
import { valueAt } from './paths';
import type { Comparator, Condition, Operand } from './syntax';

/** Whether the condition holds for the item; an absent item has no attributes. */
export function holds(condition: Condition, item: Item | undefined, bindings: Bindings): boolean {
  switch (condition.type) {
    case 'and':
      return holds(condition.left, item, bindings) && holds(condition.right, item, bindings);
    case 'or':
      return holds(condition.left, item, bindings) || holds(condition.right, item, bindings);
    case 'not':
      return !holds(condition.condition, item, bindings);
    case 'exists':
      return (valueAt(item, bindings.steps(condition.path)) !== undefined) === condition.wanted;
    case 'attributeType': {
      const value = valueAt(item, bindings.steps(condition.path));
      return value !== undefined && typeOf(value) === wantedType(bindings.value(condition.wanted.name));
    }
    case 'compare':
      return compares(
        condition.operator,
        read(condition.left, item, bindings),
        read(condition.right, item, bindings),
      );
    case 'between': {
      const [value, low, high] = [condition.operand, condition.low, condition.high].map((each) =>
        read(each, item, bindings),
      );
      return compares('>=', value, low) && compares('<=', value, high);
    }
    case 'in': {
      const value = read(condition.operand, item, bindings);
      return condition.options.some((option) => compares('=', value, read(option, item, bindings)));
    }
    default: {
      const [value, other] = [read(condition.operand, item, bindings), read(condition.value, item, bindings)];
      if (!value || !other) return false;
      return condition.type === 'beginsWith' ? beginsWith(value, other) : contains(value, other);
    }
  }
}

function wantedType(value: AttributeValue): string {
  const type = value.S ?? '';
  if (!attributeTypes.some((known) => known === type)) {
    throw invalid(
      `Invalid ConditionExpression: Invalid attribute type name found; type: ${type}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
  return type;
}

function read(operand: Operand, item: Item | undefined, bindings: Bindings): AttributeValue | undefined {
  if (operand.type === 'path') return valueAt(item, bindings.steps(operand));
  if (operand.type === 'value') return bindings.value(operand.name);
  const size = sizeOf(read(operand.operand, item, bindings));
  return size === undefined ? undefined : { N: String(size) };
}

/** The `size` function; undefined for types that have none, so that the condition is false. */
function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value?.S !== undefined) return value.S.length;
  if (value?.B !== undefined) return binarySize(value.B);
  if (value?.M) return Object.keys(value.M).length;
  return (value?.L ?? value?.SS ?? value?.NS ?? value?.BS)?.length;
}

function compares(
  operator: Comparator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (!left || !right) return operator === '<>';
  if (operator === '=') return sameValue(left, right);
  if (operator === '<>') return !sameValue(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    default:
      return order >= 0;
  }
}

export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if (value.S !== undefined && prefix.S !== undefined) return value.S.startsWith(prefix.S);
  if (value.B === undefined || prefix.B === undefined) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

function contains(value: AttributeValue, part: AttributeValue): boolean {
  if (value.L) return value.L.some((entry) => sameValue(entry, part));
  if (part.S !== undefined) return (value.S ?? value.SS)?.includes(part.S) ?? false;
  if (part.N !== undefined) return value.NS?.includes(part.N) ?? false;
  if (part.B === undefined) return false;
  if (value.B !== undefined) return Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  return value.BS?.includes(part.B) ?? false;
}
