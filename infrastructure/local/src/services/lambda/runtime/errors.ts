import { types } from 'node:util';

/** A failure of the function's own set-up, named as the Lambda runtime names it. */
export class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

export interface ErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What the caller of a function that threw receives; `errorType` is the error's own name, so that `Catch` finds it. */
export function describeError(error: unknown): ErrorPayload {
  if (isError(error)) {
    return {
      errorType: error.name,
      errorMessage: error.message,
      trace: String(error.stack ?? '').split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: text(error), trace: [] };
}

/** The same as it stands in the log: `stack` instead of `trace`, and the error's own members. */
export function logForm(error: unknown): string {
  const { errorType, errorMessage, trace } = describeError(error);
  const members = isError(error)
    ? Object.fromEntries(Object.entries(error).filter(([key]) => key !== 'name'))
    : {};
  try {
    return JSON.stringify({ errorType, errorMessage, ...members, stack: trace });
  } catch {
    return JSON.stringify({ errorType, errorMessage, stack: trace });
  }
}

function isError(value: unknown): value is Error {
  if (types.isNativeError(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const like = value as Partial<Record<'name' | 'message' | 'stack', unknown>>;
  return typeof like.name === 'string' && typeof like.message === 'string' && typeof like.stack === 'string';
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    return Object.prototype.toString.call(value);
  }
}
