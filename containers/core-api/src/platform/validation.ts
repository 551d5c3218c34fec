import type { PipeTransform } from '@nestjs/common';
import { fieldErrors } from '@yorozu/service-kit/field-errors';
import { withoutBlank } from '@yorozu/service-kit/query';
import type { z } from 'zod';
import { ValidationError } from './errors';

/** Parses what a client sent; throws {@link ValidationError} that lists each fault with its path. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ValidationError('See errors for what is wrong', fieldErrors(result.error, value));
}

/** A Nest pipe over a zod schema: `@Body(valid(schema)) body`. */
export function valid(schema: z.ZodType): PipeTransform {
  return { transform: (value: unknown) => parse(schema, value) };
}

/** The same for `@Query(validQuery(schema)) query`: blank parameters are absent. */
export function validQuery(schema: z.ZodType): PipeTransform {
  return { transform: (value: unknown) => parse(schema, withoutBlank(value)) };
}
