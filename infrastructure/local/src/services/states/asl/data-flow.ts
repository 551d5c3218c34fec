import type { Fields } from './fields';
import { type Json, type JsonObject, isObject } from './json';
import type { Finish } from './model';
import { findRequired } from './path';
import type { Evaluate } from './scope';

/** Which of the data fields a state type has. */
export interface DataFields {
  /** Parameters / Arguments */
  readonly parameters?: boolean;
  /** ResultSelector */
  readonly selector?: boolean;
  /** ResultPath: the result is put into the raw input. Without it the result replaces the input. */
  readonly resultPath?: boolean;
  /** The state has a result of its own: what JSONata's `$states.result` shows and its output by default. */
  readonly result?: boolean;
}

/** Compiles the way from raw input to the work, and from the result to the output. */
export function compileDataFlow(fields: Fields, has: DataFields): { prepare: Evaluate; finish: Finish } {
  return fields.language === 'JSONPath' ? jsonPathFlow(fields, has) : jsonataFlow(fields, has);
}

function jsonPathFlow(fields: Fields, has: DataFields): { prepare: Evaluate; finish: Finish } {
  const inputPath = fields.path('InputPath');
  const parameters = has.parameters ? fields.template('Parameters') : undefined;
  const selector = has.selector ? fields.template('ResultSelector') : undefined;
  const resultPath = has.resultPath ? fields.referencePath('ResultPath') : undefined;
  const outputPath = fields.path('OutputPath');
  const assign = fields.template('Assign', { object: true });

  const prepare: Evaluate = (raw, scope) => {
    const input =
      inputPath === null ? {} : inputPath ? findRequired(inputPath, raw, scope, 'InputPath') : raw;
    return parameters ? parameters(input, scope) : input;
  };
  const finish: Finish = async (raw, result, scope) => {
    const selected = selector ? await selector(result, scope) : result;
    const merged = resultPath === null ? raw : resultPath ? resultPath.put(raw, selected) : selected;
    const output =
      outputPath === null ? {} : outputPath ? findRequired(outputPath, merged, scope, 'OutputPath') : merged;
    return assign ? { output, assigned: variables(await assign(selected, scope)) } : { output };
  };
  return { prepare, finish };
}

function jsonataFlow(fields: Fields, has: DataFields): { prepare: Evaluate; finish: Finish } {
  const args = has.parameters ? fields.template('Arguments') : undefined;
  const { finish } = compileOutput(fields, has.result ? 'result' : undefined);
  return { prepare: args ?? ((raw) => raw), finish };
}

/** JSONata's `Output` and `Assign`, of a state, a catcher or a choice rule. `binding`: what the result is called. */
export function compileOutput(
  fields: Fields,
  binding: 'result' | 'errorOutput' | undefined,
): { finish: Finish } {
  const output = fields.template('Output');
  const assign = fields.template('Assign', { object: true });
  const finish: Finish = async (raw, result, scope) => {
    const bound = binding ? { ...scope, [binding]: result } : scope;
    const fallback = binding ? result : raw;
    const made = output ? await output(raw, bound) : fallback;
    return assign ? { output: made, assigned: variables(await assign(raw, bound)) } : { output: made };
  };
  return { finish };
}

/** The value of an `Assign` template, which is an object by construction. */
export function variables(assigned: Json): JsonObject {
  return isObject(assigned) ? assigned : {};
}
