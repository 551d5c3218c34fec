import { Reader, wrongArity } from './reader';
import {
  ExpressionError,
  type Parsed,
  type Path,
  type Update,
  type UpdateOperand,
  type ValueReference,
} from './syntax';

const sections = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
type Section = (typeof sections)[number];

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html */
export function parseUpdate(source: string): Parsed<Update> {
  const reader = new Reader(source);
  const update = {
    sets: [] as { path: Path; value: UpdateOperand }[],
    removes: [] as Path[],
    adds: [] as { path: Path; value: ValueReference }[],
    deletes: [] as { path: Path; value: ValueReference }[],
  };
  const seen = new Set<Section>();
  do {
    const section = sections.find((name) => reader.takeKeyword(name)) ?? reader.fail();
    if (seen.has(section)) {
      throw new ExpressionError(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    do {
      const path = reader.path();
      if (section === 'SET') update.sets.push({ path, value: assigned(reader) });
      else if (section === 'REMOVE') update.removes.push(path);
      else if (section === 'ADD')
        update.adds.push({ path, value: literal(reader, section, ['N', 'SS', 'NS', 'BS']) });
      else update.deletes.push({ path, value: literal(reader, section, ['SS', 'NS', 'BS']) });
    } while (reader.takeSymbol(','));
  } while (sections.some((name) => reader.isKeyword(name)));
  return reader.finish(update);
}

/** ProjectionExpression. */
export function parseProjection(source: string): Parsed<readonly Path[]> {
  const reader = new Reader(source);
  const paths = [reader.path()];
  while (reader.takeSymbol(',')) paths.push(reader.path());
  return reader.finish(paths);
}

function literal(reader: Reader, operator: string, types: readonly string[]): ValueReference {
  const value = reader.takeValue() ?? reader.fail();
  reader.checks.push({ value: value.name, operator, types });
  return value;
}

function assigned(reader: Reader): UpdateOperand {
  reader.expectSymbol('=');
  const left = operand(reader);
  const operator = reader.takeAny(['+', '-'] as const);
  if (!operator) return left;
  const right = operand(reader);
  for (const side of [left, right]) check(reader, operator, side, ['N']);
  return { type: 'arithmetic', operator, left, right };
}

function operand(reader: Reader): UpdateOperand {
  if (reader.takeSymbol('(')) {
    const inner = operand(reader);
    reader.expectSymbol(')');
    return inner;
  }
  const value = reader.takeValue();
  if (value) return value;
  const name = reader.takeFunction();
  if (name === undefined) return reader.path();
  const found = [operand(reader)];
  while (reader.takeSymbol(',')) found.push(operand(reader));
  reader.expectSymbol(')');
  return call(reader, name, found);
}

function call(reader: Reader, name: string, found: readonly UpdateOperand[]): UpdateOperand {
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw new ExpressionError(`Invalid function name; function: ${name}`);
  }
  const [left, right] = found;
  if (!left || !right || found.length !== 2) throw wrongArity(name, found.length);
  if (name === 'list_append') {
    for (const side of [left, right]) check(reader, name, side, ['L']);
    return { type: 'listAppend', left, right };
  }
  if (left.type !== 'path') {
    throw new ExpressionError(
      'Operator or function requires a document path; operator or function: if_not_exists',
    );
  }
  return { type: 'ifNotExists', path: left, fallback: right };
}

function check(reader: Reader, operator: string, found: UpdateOperand, types: readonly string[]): void {
  if (found.type === 'value') reader.checks.push({ value: found.name, operator, types });
}
