import { compileCondition, timestamp } from './choice';
import { type Compilation, languageOf } from './compilation';
import { compileDataFlow, compileOutput, variables } from './data-flow';
import { SyntaxProblem } from './errors';
import type { Fields } from './fields';
import { type Json, isArray } from './json';
import { compileJsonata, isExpression } from './jsonata';
import type { ChoiceState, Finish, Machine, MapState, State } from './model';
import { findRequired } from './path';
import { compileCatch, compileRetry } from './recovery';
import type { Evaluate } from './scope';
import { compileJsonPathExpression } from './template';

/** Notes that the state can go on to `next`. */
type Target = (from: Fields, next: string) => void;

const compilers: Readonly<
  Record<string, (name: string, fields: Fields, compilation: Compilation, target: Target) => State>
> = {
  Task: (name, fields, { resolve }, target) => {
    const flow = compileDataFlow(fields, {
      parameters: true,
      selector: true,
      resultPath: true,
      result: true,
    });
    const arn = fields.required('Resource');
    const resource = resolve(arn);
    if (!resource && arn !== '') {
      fields.problem(
        `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
        'Resource',
      );
    }
    const timeout = fields.dynamic('TimeoutSeconds', seconds);
    const heartbeat = fields.dynamic('HeartbeatSeconds', seconds);
    fields.value('Credentials');
    return {
      type: 'Task',
      name,
      ...flow,
      ...transition(fields, target),
      ...recovery(fields, target),
      resource: resource ?? { kind: 'lambda', arn },
      ...(timeout && { timeout }),
      ...(heartbeat && { heartbeat }),
    };
  },

  Pass: (name, fields, _, target) => {
    const flow = compileDataFlow(fields, { parameters: true, resultPath: true });
    const result = fields.language === 'JSONPath' ? fields.value('Result') : undefined;
    return {
      type: 'Pass',
      name,
      ...flow,
      ...transition(fields, target),
      ...(result !== undefined && { result }),
    };
  },

  Wait: (name, fields, _, target) => {
    const flow = compileDataFlow(fields, {});
    const after = fields.dynamic(
      'Seconds',
      (value) => typeof value === 'number' && value >= 0 && value <= 99_999_999,
    );
    const at = fields.dynamic(
      'Timestamp',
      (value) => typeof value === 'string' && timestamp(value) !== undefined,
    );
    if (Boolean(after) === Boolean(at))
      fields.problem('A Wait state needs exactly one of Seconds, Timestamp, SecondsPath and TimestampPath');
    return {
      type: 'Wait',
      name,
      ...flow,
      ...transition(fields, target),
      wait: after ? { unit: 'seconds', value: after } : { unit: 'timestamp', value: at ?? (() => null) },
    };
  },

  Choice: (name, fields, _, target) => {
    const flow = compileDataFlow(fields, {});
    const choices = fields
      .objects('Choices')
      .map((rule, index) =>
        choice(rule, (fields.value('Choices') as Json[])[index] ?? null, flow.finish, target),
      );
    if (choices.length === 0) fields.problem("A Choice state needs at least one rule in 'Choices'");
    const fallback = fields.string('Default');
    if (fallback !== undefined) target(fields, fallback);
    return { type: 'Choice', name, ...flow, choices, ...(fallback !== undefined && { default: fallback }) };
  },

  Succeed: (name, fields) => ({ type: 'Succeed', name, ...compileDataFlow(fields, {}) }),

  Fail: (name, fields) => {
    const text = (value: Json) => typeof value === 'string';
    const byPath = (field: string): Evaluate | undefined => {
      const value = fields.required(field);
      return fields.attempt(field, () => compileJsonPathExpression(value, field));
    };
    const error = fields.dynamic('Error', text, byPath);
    const cause = fields.dynamic('Cause', text, byPath);
    return {
      type: 'Fail',
      name,
      prepare: (raw) => raw,
      finish: passThrough,
      ...(error && { error }),
      ...(cause && { cause }),
    };
  },

  Parallel: (name, fields, compilation, target) => {
    const flow = compileDataFlow(fields, {
      parameters: true,
      selector: true,
      resultPath: true,
      result: true,
    });
    const branches = fields.objects('Branches').map((branch) => inner(branch, compilation));
    if (branches.length === 0) fields.problem("A Parallel state needs at least one branch in 'Branches'");
    return {
      type: 'Parallel',
      name,
      ...flow,
      ...transition(fields, target),
      ...recovery(fields, target),
      branches,
    };
  },

  Map: compileMap,
};

/** Compiles one state, or notes why it cannot. */
export function compileState(
  name: string,
  fields: Fields,
  compilation: Compilation,
  target: Target,
): State | undefined {
  const type = fields.required('Type');
  const wanted = fields.value('QueryLanguage');
  const language = wanted === undefined ? fields.language : languageOf(wanted);
  if (!language) fields.problem('Value must be JSONPath or JSONata', 'QueryLanguage');
  if (language === 'JSONPath' && fields.language === 'JSONata') {
    fields.problem('A state of a JSONata state machine cannot use JSONPath', 'QueryLanguage');
  }
  const compile = Object.hasOwn(compilers, type) ? compilers[type] : undefined;
  if (!compile) {
    if (type !== '') fields.problem(`'${type}' is not a state type`, 'Type');
    return undefined;
  }
  const own = fields.in(language ?? fields.language);
  const state = compile(name, own, compilation, target);
  own.value('Type');
  own.value('QueryLanguage');
  own.rest();
  return state;
}

function compileMap(name: string, fields: Fields, compilation: Compilation, target: Target): MapState {
  // The older names, Parameters and Iterator, mean the same as ItemSelector and ItemProcessor.
  const jsonPath = fields.language === 'JSONPath';
  const selector = fields.template('ItemSelector') ?? (jsonPath ? fields.template('Parameters') : undefined);
  const flow = compileDataFlow(fields, { selector: true, resultPath: true, result: true });
  const items = mapItems(fields);
  const processor = fields.object('ItemProcessor') ?? (jsonPath ? fields.object('Iterator') : undefined);
  if (!processor) fields.problem("A Map state needs an 'ItemProcessor'");
  const config = processor?.object('ProcessorConfig');
  const mode = config?.string('Mode') ?? 'INLINE';
  if (mode !== 'INLINE') config?.problem('Only the INLINE mode of Map runs here', 'Mode');
  config?.string('ExecutionType');
  config?.rest();
  const count = (value: Json) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
  const percentage = (value: Json) => typeof value === 'number' && value >= 0 && value <= 100;
  const maxConcurrency = fields.dynamic('MaxConcurrency', count);
  const toleratedCount = fields.dynamic('ToleratedFailureCount', count);
  const toleratedPercentage = fields.dynamic('ToleratedFailurePercentage', percentage);
  return {
    type: 'Map',
    name,
    ...flow,
    ...transition(fields, target),
    ...recovery(fields, target),
    items,
    processor: processor ? inner(processor, compilation) : { startAt: '', states: new Map() },
    ...(selector && { selector }),
    ...(maxConcurrency && { maxConcurrency }),
    ...(toleratedCount && { toleratedCount }),
    ...(toleratedPercentage && { toleratedPercentage }),
  };
}

function mapItems(fields: Fields): Evaluate {
  if (fields.language === 'JSONPath') {
    const path = fields.path('ItemsPath');
    return path ? (data, scope) => findRequired(path, data, scope, 'ItemsPath') : (data) => data;
  }
  const value = fields.value('Items');
  if (value !== undefined && !isArray(value) && !isExpression(value)) {
    fields.problem('Expected a list or a JSONata expression', 'Items');
  }
  return fields.template('Items') ?? ((data) => data);
}

function inner(fields: Fields, compilation: Compilation): Machine {
  const machine = compilation.machine(fields, compilation);
  fields.rest();
  return machine;
}

function choice(
  rule: Fields,
  raw: Json,
  stateFinish: Finish,
  target: Target,
): ChoiceState['choices'][number] {
  const next = rule.required('Next');
  target(rule, next);
  if (rule.language === 'JSONata') {
    const condition = rule.value('Condition');
    const evaluate = rule.attempt('Condition', () => {
      if (!isExpression(condition)) throw new SyntaxProblem("A choice rule needs a JSONata 'Condition'");
      return compileJsonata(condition, 'Condition');
    });
    // A rule's own Output and Assign stand for the state's, which belong to Default.
    const finish =
      rule.has('Output') || rule.has('Assign') ? compileOutput(rule, undefined).finish : passThrough;
    rule.rest();
    return { next, finish, test: async (data, scope) => (await evaluate?.(data, scope)) === true };
  }
  const test = rule.attempt(undefined, () => compileCondition(raw));
  const assign = rule.template('Assign', { object: true });
  const finish: Finish = async (input, result, scope) => {
    const { output } = await stateFinish(input, result, scope);
    return assign ? { output, assigned: variables(await assign(result, scope)) } : { output };
  };
  return { next, finish, test: test ?? (() => false) };
}

const passThrough: Finish = (raw) => ({ output: raw });

function transition(fields: Fields, target: Target): { next?: string } {
  const next = fields.string('Next');
  const end = fields.boolean('End');
  if (next !== undefined && end === true) fields.problem("Only one of 'Next' and 'End' may be given");
  if (next === undefined && end !== true)
    fields.problem("A state needs 'Next' or 'End': true", undefined, 'MISSING_TRANSITION_TARGET');
  if (next === undefined) return {};
  target(fields, next);
  return { next };
}

function recovery(fields: Fields, target: Target): Pick<MapState, 'retry' | 'catch'> {
  return { retry: compileRetry(fields), catch: compileCatch(fields, target) };
}

function seconds(value: Json): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 99_999_999;
}
