import type { ResolveResource } from '../integrations/model';
import { type Compilation, languageOf } from './compilation';
import { Fields } from './fields';
import { type Json, isObject, parse } from './json';
import type { Machine, Problem, State } from './model';
import { compileState } from './states';

export const maximumDefinitionBytes = 1_048_576;

/**
 * Compiles and checks a definition (JSON text). `machine` is present only where there is no problem.
 * https://states-language.net/spec.html
 */
export function compileDefinition(
  text: string,
  resolve: ResolveResource,
): { machine?: Machine; problems: Problem[] } {
  const problems: Problem[] = [];
  let definition: Json;
  try {
    definition = parse(text);
  } catch (error) {
    return {
      problems: [{ code: 'INVALID_JSON_DESCRIPTION', message: (error as Error).message, location: '/' }],
    };
  }
  if (!isObject(definition)) {
    return {
      problems: [
        { code: 'INVALID_JSON_DESCRIPTION', message: 'The definition must be a JSON object', location: '/' },
      ],
    };
  }
  const fields = new Fields(definition, '', problems, languageOf(definition['QueryLanguage']) ?? 'JSONPath');
  if (languageOf(fields.value('QueryLanguage') ?? 'JSONPath') === undefined) {
    fields.problem('Value must be JSONPath or JSONata', 'QueryLanguage');
  }
  fields.string('Version');
  const timeoutSeconds = fields.number('TimeoutSeconds', 1);
  const machine = compileMachine(fields, { resolve, names: new Set(), machine: compileMachine });
  fields.rest();
  if (problems.length > 0) return { problems };
  return { machine: { ...machine, ...(timeoutSeconds !== undefined && { timeoutSeconds }) }, problems };
}

/** StartAt and States, of the whole or of a branch. */
function compileMachine(fields: Fields, compilation: Compilation): Machine {
  const startAt = fields.required('StartAt');
  const states = new Map<string, State>();
  const targets: { name: string; from: Fields }[] = [{ name: startAt, from: fields }];
  const list = fields.object('States');
  if (!fields.has('States')) fields.problem("The field 'States' is required but was missing");
  const names = list?.entries() ?? [];
  for (const [name, each] of names) {
    if (name.length > 80) each?.problem('A state name has at most 80 characters');
    if (compilation.names.has(name))
      each?.problem(`Duplicate State name: ${name}`, undefined, 'DUPLICATE_STATE_NAME');
    compilation.names.add(name);
    const state =
      each && compileState(name, each, compilation, (from, target) => targets.push({ name: target, from }));
    if (state) states.set(name, state);
  }
  const known = new Set(names.map(([name]) => name));
  for (const { name, from } of targets) {
    if (name !== '' && !known.has(name))
      from.problem(`Missing 'Next' target: ${name}`, undefined, 'MISSING_TRANSITION_TARGET');
  }
  const reached = new Set(targets.map(({ name }) => name));
  for (const [name, each] of names) {
    if (!reached.has(name))
      each?.problem(`State "${name}" is not reachable.`, undefined, 'MISSING_TRANSITION_TARGET');
  }
  return { startAt, states };
}
