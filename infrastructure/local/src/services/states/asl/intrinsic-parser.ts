import { StateError, SyntaxProblem } from './errors';
import { format, intrinsics } from './intrinsics';
import type { Json } from './json';
import { compilePath, findRequired } from './path';
import { Reader } from './reader';
import type { Scope } from './scope';

type Expression = (data: Json, scope: Scope) => Json;

const deepest = 10;

/**
 * Compiles `States.Name(argument, ...)`. Arguments: strings in single quotes, numbers, true, false, null,
 * paths and further intrinsics up to ten deep.
 * @throws SyntaxProblem
 */
export function compileIntrinsic(text: string, field: string): Expression {
  const reader = new Reader(text);
  reader.skipSpace();
  const expression = call(reader, field, 1);
  reader.skipSpace();
  if (!reader.ended) throw reader.problem('unexpected character');
  return expression;
}

function call(reader: Reader, field: string, depth: number): Expression {
  if (depth > deepest)
    throw new SyntaxProblem(`Intrinsic functions are nested deeper than ${deepest}: ${reader.text}`);
  const name = reader.take(/States\.\w+/y) ?? '';
  const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
  if (!intrinsic) throw new SyntaxProblem(`Unknown intrinsic function in '${reader.text}'`);
  const args: { evaluate: Expression; raw?: string }[] = [];
  reader.skipSpace();
  reader.expect('(');
  reader.skipSpace();
  while (!reader.accept(')')) {
    if (args.length > 0) {
      reader.expect(',');
      reader.skipSpace();
    }
    args.push(argument(reader, field, depth));
    reader.skipSpace();
  }
  const [least, most] = intrinsic.arity;
  if (args.length < least || args.length > most) {
    throw new SyntaxProblem(`Invalid number of arguments for ${name} in '${reader.text}'`);
  }
  const values = args.map((each) => each.evaluate);
  const template = args[0]?.raw;
  const apply =
    name === 'States.Format' && template !== undefined
      ? formatLiteral(template, values.slice(1))
      : (data: Json, scope: Scope) => intrinsic.call(values.map((value) => value(data, scope)));
  return (data, scope) => named(reader.text, () => apply(data, scope));
}

function argument(reader: Reader, field: string, depth: number): { evaluate: Expression; raw?: string } {
  const quoted = reader.take(/'(?:[^'\\]|\\.)*'/y);
  if (quoted !== undefined) {
    const raw = quoted.slice(1, -1);
    const value = unescape(raw);
    return { evaluate: () => value, raw };
  }
  const literal = reader.take(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:true|false|null)\b/y);
  if (literal !== undefined) {
    const value = JSON.parse(literal) as Json;
    return { evaluate: () => value };
  }
  if (!reader.text.startsWith('$', reader.position)) return { evaluate: call(reader, field, depth + 1) };
  const path = compilePath(pathText(reader));
  return { evaluate: (data, scope) => findRequired(path, data, scope, field) };
}

/** A path ends at a comma or bracket that is not inside one of its own brackets or quotes. */
function pathText(reader: Reader): string {
  const start = reader.position;
  let open = 0;
  while (!reader.ended) {
    if (reader.quoted() !== undefined) continue;
    const character = reader.text[reader.position] ?? '';
    if (open === 0 && (character === ',' || character === ')')) break;
    if (character === '[' || character === '(') open++;
    if (character === ']' || character === ')') open--;
    reader.position++;
  }
  return reader.text.slice(start, reader.position).trim();
}

/** Places are `{}`; `\{` and `\}` stand for the characters themselves. */
function formatLiteral(raw: string, values: readonly Expression[]): Expression {
  const parts = [''];
  for (const piece of raw.match(/\\.|\{\}|[^]/g) ?? []) {
    if (piece === '{}') parts.push('');
    else parts[parts.length - 1] += unescape(piece);
  }
  if (parts.length - 1 !== values.length) {
    throw new SyntaxProblem(
      `States.Format has ${parts.length - 1} places for ${values.length} values: '${raw}'`,
    );
  }
  return (data, scope) =>
    format(
      parts,
      values.map((value) => value(data, scope)),
    );
}

function unescape(raw: string): string {
  return raw.replace(/\\([\\'{}])/g, '$1');
}

function named(text: string, work: () => Json): Json {
  try {
    return work();
  } catch (error) {
    if (
      !(error instanceof StateError) ||
      error.errorName !== 'States.IntrinsicFailure' ||
      error.errorCause.startsWith('The function')
    ) {
      throw error;
    }
    throw new StateError(
      error.errorName,
      `The function '${text}' had the following error: ${error.errorCause}`,
    );
  }
}
