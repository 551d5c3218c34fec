import { Reader, wrongArity } from './reader';
import {
  ExpressionError,
  type Comparator,
  type Condition,
  type Operand,
  type Parsed,
  type Path,
} from './syntax';

const comparators: readonly Comparator[] = ['<>', '<=', '>=', '=', '<', '>'];
const ordered = ['S', 'N', 'B'];

/**
 * ConditionExpression, FilterExpression and KeyConditionExpression.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
 */
export function parseCondition(source: string): Parsed<Condition> {
  const reader = new Reader(source);
  return reader.finish(or(reader));
}

function or(reader: Reader): Condition {
  let left = and(reader);
  while (reader.takeKeyword('OR')) left = { type: 'or', left, right: and(reader) };
  return left;
}

function and(reader: Reader): Condition {
  let left = not(reader);
  while (reader.takeKeyword('AND')) left = { type: 'and', left, right: not(reader) };
  return left;
}

function not(reader: Reader): Condition {
  return reader.takeKeyword('NOT') ? { type: 'not', condition: not(reader) } : primary(reader);
}

function primary(reader: Reader): Condition {
  if (reader.takeSymbol('(')) {
    const doubled = reader.isSymbol('(');
    const inner = reader.mark();
    const condition = or(reader);
    reader.expectSymbol(')');
    if (doubled && wrapsAll(reader, inner))
      throw new ExpressionError('The expression has redundant parentheses;');
    return condition;
  }
  return predicate(reader);
}

/** True where the parenthesis that opens at `inner` closes just before the one just read. */
function wrapsAll(reader: Reader, inner: number): boolean {
  const end = reader.mark();
  reader.reset(inner);
  reader.expectSymbol('(');
  or(reader);
  reader.expectSymbol(')');
  const closed = reader.mark() === end - 1;
  reader.reset(end);
  return closed;
}

function predicate(reader: Reader): Condition {
  const start = reader.mark();
  const name = reader.takeFunction();
  if (name !== undefined && name !== 'size') return call(reader, name);
  reader.reset(start);
  const left = operand(reader);
  const operator = reader.takeAny(comparators);
  if (operator) return compare(reader, operator, left, operand(reader));
  if (reader.takeKeyword('BETWEEN')) {
    const low = operand(reader);
    reader.expectKeyword('AND');
    const high = operand(reader);
    for (const bound of [left, low, high]) check(reader, 'BETWEEN', bound, ordered);
    return { type: 'between', operand: left, low, high };
  }
  reader.expectKeyword('IN');
  reader.expectSymbol('(');
  const options = operands(reader);
  if (options.length > 100) throw wrongArity('IN', options.length + 1);
  return { type: 'in', operand: left, options };
}

function compare(reader: Reader, operator: Comparator, left: Operand, right: Operand): Condition {
  if (operator !== '=' && operator !== '<>') {
    check(reader, operator, left, ordered);
    check(reader, operator, right, ordered);
  }
  if (left.type === 'path' && right.type === 'path' && samePath(left, right)) {
    throw new ExpressionError(
      `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: [${left.steps.join(', ')}]`,
    );
  }
  return { type: 'compare', operator, left, right };
}

function samePath(left: Path, right: Path): boolean {
  return left.steps.length === right.steps.length && left.steps.every((step, at) => step === right.steps[at]);
}

function call(reader: Reader, name: string): Condition {
  switch (name) {
    case 'attribute_exists':
    case 'attribute_not_exists': {
      const [path] = takeArguments(reader, name, 1);
      return { type: 'exists', path: asPath(path, name), wanted: name === 'attribute_exists' };
    }
    case 'attribute_type': {
      const [path, wanted] = takeArguments(reader, name, 2);
      check(reader, name, wanted, ['S']);
      if (wanted?.type !== 'value') throw badOperand(name);
      return { type: 'attributeType', path: asPath(path, name), wanted };
    }
    case 'begins_with': {
      const [left, prefix] = takeArguments(reader, name, 2);
      check(reader, name, left, ['S', 'B']);
      check(reader, name, prefix, ['S', 'B']);
      if (!left || !prefix) throw wrongArity(name, 0);
      return { type: 'beginsWith', operand: left, value: prefix };
    }
    case 'contains': {
      const [left, value] = takeArguments(reader, name, 2);
      if (!left || !value) throw wrongArity(name, 0);
      return { type: 'contains', operand: left, value };
    }
    default:
      throw new ExpressionError(`Invalid function name; function: ${name}`);
  }
}

function takeArguments(reader: Reader, name: string, count: number): Operand[] {
  const found = operands(reader);
  if (found.length !== count) throw wrongArity(name, found.length);
  return found;
}

/** Operands up to and with the closing parenthesis. */
function operands(reader: Reader): Operand[] {
  const found = [operand(reader)];
  while (reader.takeSymbol(',')) found.push(operand(reader));
  reader.expectSymbol(')');
  return found;
}

function operand(reader: Reader): Operand {
  const value = reader.takeValue();
  if (value) return value;
  const name = reader.takeFunction();
  if (name === undefined) return reader.path();
  if (name !== 'size')
    throw new ExpressionError(
      `The function is not allowed to be used this way in an expression; function: ${name}`,
    );
  const [inner] = takeArguments(reader, name, 1);
  if (!inner || inner.type === 'size') throw badOperand(name);
  check(reader, name, inner, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M']);
  return { type: 'size', operand: inner };
}

function asPath(found: Operand | undefined, name: string): Path {
  if (found?.type !== 'path') throw badOperand(name);
  return found;
}

function badOperand(name: string): ExpressionError {
  return new ExpressionError(`Operator or function requires a document path; operator or function: ${name}`);
}

function check(reader: Reader, operator: string, found: Operand | undefined, types: readonly string[]): void {
  if (found?.type === 'value') reader.checks.push({ value: found.name, operator, types });
}
