import type { Json } from './json';

/** An error as states see it: `Retry` and `Catch` look at `errorName`. */
export class StateError extends Error {
  constructor(
    readonly errorName: string,
    readonly errorCause: string,
  ) {
    super(`${errorName}: ${errorCause}`);
    this.name = 'StateError';
  }

  /** What a catcher puts into the data. */
  get output(): Json {
    return { Error: this.errorName, Cause: this.errorCause };
  }
}

/** A failure of the definition against the data (a path that finds nothing, a wrong type). Nothing catches it. */
export class RuntimeError extends StateError {
  constructor(cause: string) {
    super('States.Runtime', cause);
  }
}

/** The definition cannot be accepted; becomes a diagnostic. */
export class SyntaxProblem extends Error {
  override name = 'SyntaxProblem';
}

/**
 * Does one of the names in `ErrorEquals` mean this error?
 * States.ALL: all but States.DataLimitExceeded and States.Runtime. States.TaskFailed: the same without timeouts.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function matchesError(errorEquals: readonly string[], error: StateError): boolean {
  const name = error.errorName;
  if (name === 'States.Runtime') return false;
  const timeout = name === 'States.Timeout' || name === 'States.HeartbeatTimeout';
  return errorEquals.some((pattern) => {
    if (pattern === name) return true;
    if (pattern === 'States.Timeout') return timeout;
    if (name === 'States.DataLimitExceeded') return false;
    return pattern === 'States.ALL' || (pattern === 'States.TaskFailed' && !timeout);
  });
}
