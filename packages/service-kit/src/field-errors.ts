import type * as z from 'zod';

export interface FieldError {
  /** Dotted, with indexes: `email`, `shippingAddress.city`, `items[0].quantity`. Empty for the whole. */
  readonly path: string;
  /** Stable, upper snake case; clients show their own words for it. */
  readonly code: string;
  /** For developers, in English. */
  readonly message: string;
}

/** `['items', 0, 'quantity']` as `items[0].quantity`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((written, part) => {
    if (typeof part === 'number') return `${written}[${part}]`;
    return written === '' ? String(part) : `${written}.${String(part)}`;
  }, '');
}

/** What is wrong with `value`, one entry a fault, as problem+json shows it. */
export function fieldErrors(error: z.ZodError, value: unknown): FieldError[] {
  return error.issues.map((issue) => ({
    path: fieldPath(issue.path),
    code: codeOf(issue, value),
    message: issue.message,
  }));
}

function codeOf(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return at(value, issue.path) === undefined ? 'REQUIRED' : 'INVALID_TYPE';
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array')
        return issue.minimum === 1 ? 'REQUIRED' : 'TOO_SHORT';
      return 'TOO_SMALL';
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'TOO_LONG' : 'TOO_LARGE';
    case 'invalid_format':
      return 'INVALID_FORMAT';
    case 'custom':
      return typeof issue.params?.['code'] === 'string' ? issue.params['code'] : 'INVALID_VALUE';
    default:
      return 'INVALID_VALUE';
  }
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    value,
  );
}
