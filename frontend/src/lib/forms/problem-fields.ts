import type { FieldPath, FieldValues, UseFormSetError } from 'react-hook-form';
import { ApiError, type FieldProblem } from '../api-client';

/**
 * The part of a problem's errors that stands at fields of a form. `prefix` is where the form lies in the request
 * (`shippingAddress.`).
 */
export function problemFields<Name extends string>(
  error: unknown,
  names: readonly Name[],
  prefix = '',
): { marked: { name: Name; code: string }[]; rest: FieldProblem[] } {
  const marked: { name: Name; code: string }[] = [];
  const rest: FieldProblem[] = [];
  for (const problem of error instanceof ApiError ? error.errors : []) {
    const name = names.find((known) => problem.path === prefix + known);
    if (name) marked.push({ name, code: problem.code });
    else rest.push(problem);
  }
  return { marked, rest };
}

/** Marks the fields and moves the focus to the first. */
export function markFields<Form extends FieldValues>(
  marked: readonly { name: FieldPath<Form>; code: string }[],
  setError: UseFormSetError<Form>,
): void {
  for (const [index, { name, code }] of marked.entries())
    setError(name, { type: code, message: code }, { shouldFocus: index === 0 });
}
