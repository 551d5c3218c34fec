import { randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import { StateError, SyntaxProblem } from './errors';
import { hash, partition, range, seeded } from './intrinsics';
import { type Json, isArray } from './json';
import type { Evaluate, Scope } from './scope';

/** The functions that Step Functions adds to JSONata's own. */
const functions = {
  partition: (list: Json, size: number) => partition(isArray(list) ? list : [list], Math.trunc(size)),
  range: (from: number, to: number, step: number) => range(from, to, step),
  hash: (value: Json, algorithm: string) => hash(value, algorithm),
  random: (seed?: number) => (seed === undefined ? Math.random() : seeded(seed)),
  uuid: () => randomUUID(),
  parse: (text: string) => JSON.parse(text) as Json,
};

export function isExpression(value: Json | undefined): value is string {
  return typeof value === 'string' && value.startsWith('{%') && value.trimEnd().endsWith('%}');
}

/**
 * Compiles `{% expression %}`. What it reads: `$states.input|result|errorOutput|context` and variables.
 * @throws SyntaxProblem
 */
export function compileJsonata(text: string, field: string): Evaluate {
  const source = text.trimEnd().slice(2, -2);
  let expression: jsonata.Expression;
  try {
    expression = jsonata(source);
  } catch (error) {
    throw new SyntaxProblem(`Invalid JSONata expression in '${field}': ${messageOf(error)}`);
  }
  return async (_, scope) => {
    let value: unknown;
    try {
      value = await expression.evaluate(undefined, {
        ...functions,
        ...scope.variables,
        states: statesOf(scope),
      });
    } catch (error) {
      throw evaluationError(text, field, messageOf(error));
    }
    if (value === undefined) throw evaluationError(text, field, 'returned nothing (undefined)');
    if (
      typeof value === 'function' ||
      (typeof value === 'object' && value !== null && '_jsonata_function' in value)
    ) {
      throw evaluationError(text, field, 'returned a function');
    }
    return plain(value as Json);
  };
}

function statesOf(scope: Scope): Record<string, Json> {
  return {
    input: scope.input,
    context: scope.context(),
    ...(scope.result !== undefined && { result: scope.result }),
    ...(scope.errorOutput !== undefined && { errorOutput: scope.errorOutput }),
  };
}

/** JSONata marks the lists it makes; a marked list would be flattened by the next expression. */
function plain(value: Json): Json {
  return isArray(value) && 'sequence' in value ? [...value] : value;
}

function evaluationError(text: string, field: string, reason: string): StateError {
  return new StateError(
    'States.QueryEvaluationError',
    `The JSONata expression '${text}' specified for the field '${field}' ${reason}`,
  );
}

function messageOf(error: unknown): string {
  if (error instanceof StateError) return error.errorCause;
  if (typeof error === 'object' && error !== null && 'message' in error)
    return `threw an error: ${String(error.message)}`;
  return String(error);
}
