import { RuntimeError, SyntaxProblem } from './errors';
import { type Json, type JsonObject, isArray, isObject } from './json';
import { type Path, compilePath } from './path';
import type { Scope } from './scope';

export type Condition = (data: Json, scope: Scope) => boolean;
type Test = (value: Json, expected: Json) => boolean;

const orders: Readonly<Record<string, (order: number) => boolean>> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** Each type's way to bring a value onto a line, or undefined where the value has another type. */
const scales: Readonly<Record<string, (value: Json) => number | string | undefined>> = {
  String: (value) => (typeof value === 'string' ? value : undefined),
  Numeric: (value) => (typeof value === 'number' ? value : undefined),
  Boolean: (value) => (typeof value === 'boolean' ? Number(value) : undefined),
  Timestamp: (value) => (typeof value === 'string' ? timestamp(value) : undefined),
};

const comparisons: Readonly<Record<string, { test: Test; accepts: (expected: Json) => boolean }>> =
  Object.fromEntries(
    Object.entries(scales).flatMap(([type, scale]) =>
      Object.entries(orders)
        .filter(([name]) => type !== 'Boolean' || name === 'Equals')
        .map(([name, holds]) => [
          `${type}${name}`,
          {
            accepts: (expected: Json) => scale(expected) !== undefined,
            test: (value: Json, expected: Json) => {
              const a = scale(value);
              const b = scale(expected);
              return a !== undefined && b !== undefined && holds(a < b ? -1 : a > b ? 1 : 0);
            },
          },
        ]),
    ),
  );

const kinds: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === 'string',
  IsNumeric: (value) => typeof value === 'number',
  IsBoolean: (value) => typeof value === 'boolean',
  IsTimestamp: (value) => typeof value === 'string' && timestamp(value) !== undefined,
};

/** Milliseconds of an RFC 3339 timestamp as ASL takes it (upper-case T, zone needed). */
export function timestamp(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}

const others = new Set(['Next', 'Comment', 'Assign', 'Output', 'Variable', 'And', 'Or', 'Not']);

/**
 * Compiles one choice rule of JSONPath.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-choice.html
 * @throws SyntaxProblem
 */
export function compileCondition(rule: Json): Condition {
  if (!isObject(rule)) throw new SyntaxProblem('A choice rule must be an object');
  if (rule['And'] !== undefined) {
    const all = list(rule['And'], 'And');
    return (data, scope) => all.every((condition) => condition(data, scope));
  }
  if (rule['Or'] !== undefined) {
    const any = list(rule['Or'], 'Or');
    return (data, scope) => any.some((condition) => condition(data, scope));
  }
  if (rule['Not'] !== undefined) {
    const inner = compileCondition(rule['Not']);
    return (data, scope) => !inner(data, scope);
  }
  return comparison(rule);
}

function list(rules: Json, name: string): Condition[] {
  if (!isArray(rules) || rules.length === 0)
    throw new SyntaxProblem(`'${name}' must be a list with at least one rule`);
  return rules.map(compileCondition);
}

function comparison(rule: JsonObject): Condition {
  const operators = Object.keys(rule).filter((key) => !others.has(key));
  const [name] = operators;
  if (name === undefined || operators.length !== 1)
    throw new SyntaxProblem('A choice rule needs exactly one comparison operator');
  if (typeof rule['Variable'] !== 'string') throw new SyntaxProblem("A choice rule needs a 'Variable'");
  const variable = compilePath(rule['Variable']);
  const expected = rule[name] ?? null;

  if (name === 'IsPresent') {
    const wanted = flag(name, expected);
    return (data, scope) => (variable.find(data, scope) !== undefined) === wanted;
  }
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind) {
    const wanted = flag(name, expected);
    return (data, scope) => kind(read(variable, data, scope)) === wanted;
  }
  if (name === 'StringMatches') {
    if (typeof expected !== 'string') throw new SyntaxProblem("'StringMatches' must be a string");
    const pattern = wildcard(expected);
    return (data, scope) => {
      const value = read(variable, data, scope);
      return typeof value === 'string' && pattern.test(value);
    };
  }
  return ordered(name, expected, variable);
}

function ordered(name: string, expected: Json, variable: Path): Condition {
  const direct = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (direct) {
    if (!direct.accepts(expected)) throw new SyntaxProblem(`The value of '${name}' has the wrong type`);
    return (data, scope) => direct.test(read(variable, data, scope), expected);
  }
  const base = name.endsWith('Path') ? name.slice(0, -4) : '';
  const byPath = Object.hasOwn(comparisons, base) ? comparisons[base] : undefined;
  if (!byPath || typeof expected !== 'string')
    throw new SyntaxProblem(`Field '${name}' is not supported in a choice rule`);
  const path = compilePath(expected);
  return (data, scope) => byPath.test(read(variable, data, scope), read(path, data, scope));
}

function read(path: Path, data: Json, scope: Scope): Json {
  const value = path.find(data, scope);
  if (value === undefined) {
    throw new RuntimeError(
      `Invalid path '${path.text}': The choice state's condition path references an invalid value.`,
    );
  }
  return value;
}

function flag(name: string, value: Json): boolean {
  if (typeof value !== 'boolean') throw new SyntaxProblem(`'${name}' must be true or false`);
  return value;
}

function wildcard(pattern: string): RegExp {
  const source = (pattern.match(/\\.|[^]/gu) ?? []).map((piece) => {
    if (piece === '*') return '[^]*';
    const character = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
    return character.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, 'u');
}
