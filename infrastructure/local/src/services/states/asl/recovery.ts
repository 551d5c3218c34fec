import { type StateError, matchesError } from './errors';
import { compileOutput, variables } from './data-flow';
import type { Fields } from './fields';
import type { Catcher, Finish, Retrier } from './model';

/** Compiles `Retry`. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
export function compileRetry(fields: Fields): Retrier[] {
  const retriers = fields.objects('Retry');
  return retriers.map((retrier, index) => {
    const errorEquals = errorNames(retrier, index === retriers.length - 1);
    const maxDelaySeconds = retrier.number('MaxDelaySeconds', 1, { most: 31_622_400 });
    const jitter = retrier.string('JitterStrategy') ?? 'NONE';
    if (jitter !== 'FULL' && jitter !== 'NONE')
      retrier.problem('Value must be FULL or NONE', 'JitterStrategy');
    const compiled: Retrier = {
      errorEquals,
      intervalSeconds: retrier.number('IntervalSeconds', 1) ?? 1,
      maxAttempts: retrier.number('MaxAttempts', 0) ?? 3,
      backoffRate: retrier.number('BackoffRate', 1, { fraction: true }) ?? 2,
      fullJitter: jitter === 'FULL',
      ...(maxDelaySeconds !== undefined && { maxDelaySeconds }),
    };
    if (maxDelaySeconds !== undefined && maxDelaySeconds <= compiled.intervalSeconds) {
      retrier.problem("'MaxDelaySeconds' must be greater than 'IntervalSeconds'", 'MaxDelaySeconds');
    }
    retrier.rest();
    return compiled;
  });
}

/** Compiles `Catch`; `target` notes where each catcher leads. */
export function compileCatch(fields: Fields, target: (fields: Fields, next: string) => void): Catcher[] {
  const catchers = fields.objects('Catch');
  return catchers.map((catcher, index) => {
    const errorEquals = errorNames(catcher, index === catchers.length - 1);
    const next = catcher.required('Next');
    target(catcher, next);
    const finish =
      catcher.language === 'JSONata' ? compileOutput(catcher, 'errorOutput').finish : jsonPathCatch(catcher);
    catcher.rest();
    return { errorEquals, next, finish };
  });
}

function jsonPathCatch(catcher: Fields): Finish {
  const resultPath = catcher.referencePath('ResultPath');
  const assign = catcher.template('Assign', { object: true });
  return async (raw, error, scope) => {
    const output = resultPath === null ? raw : resultPath ? resultPath.put(raw, error) : error;
    return assign ? { output, assigned: variables(await assign(error, scope)) } : { output };
  };
}

function errorNames(fields: Fields, last: boolean): readonly string[] {
  const names = fields.strings('ErrorEquals');
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    fields.problem("'States.ALL' must stand alone and in the last entry", 'ErrorEquals');
  }
  return names;
}

/**
 * The next retry of this error: which retrier, and after how many milliseconds. Undefined where none matches or
 * its attempts are used up. `attempts` counts earlier retries, one number per retrier.
 */
export function nextRetry(
  retriers: readonly Retrier[],
  attempts: readonly number[],
  error: StateError,
  random: () => number = Math.random,
): { index: number; delayMs: number } | undefined {
  const index = retriers.findIndex((retrier) => matchesError(retrier.errorEquals, error));
  const retrier = retriers[index];
  const used = attempts[index] ?? 0;
  if (!retrier || used >= retrier.maxAttempts) return undefined;
  const wanted = retrier.intervalSeconds * retrier.backoffRate ** used;
  const seconds = Math.min(wanted, retrier.maxDelaySeconds ?? Infinity, 99_999_999);
  return { index, delayMs: Math.round(seconds * 1000 * (retrier.fullJitter ? random() : 1)) };
}
