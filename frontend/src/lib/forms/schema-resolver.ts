import { fieldErrors } from '@yorozu/service-kit/field-errors';
import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import type { z } from 'zod';

/**
 * Checks a flat form with the schema that the API checks with. What is wrong is named by the API's codes, for which the
 * form has words in the shopper's language; what is right is handed on normalised.
 */
export function schemaResolver<Form extends FieldValues, Output extends FieldValues>(
  schema: z.ZodType<Output>,
): Resolver<Form, unknown, Output> {
  return (values) => {
    const parsed = schema.safeParse(values);
    if (parsed.success) return { values: parsed.data, errors: {} };
    const errors: Record<string, { type: string; message: string }> = {};
    for (const { path, code } of fieldErrors(parsed.error, values)) {
      const type = isBlank(values[path]) ? 'REQUIRED' : code;
      errors[path] ??= { type, message: type };
    }
    return { values: {}, errors: errors as FieldErrors<Form> };
  };
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}
