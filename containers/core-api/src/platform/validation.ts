import type { PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { ValidationError } from './errors';

/** Parses what a client sent; throws {@link ValidationError} that lists each fault with its path. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw new ValidationError('See errors for what is wrong', errors);
}

/** A Nest pipe over a zod schema: `@Body(valid(schema)) body`. */
export function valid(schema: z.ZodType): PipeTransform {
  return { transform: (value: unknown) => parse(schema, value) };
}

// Lone surrogates and control characters except line breaks and tabs. Postgres cannot store NUL, nor jsonb the former.
const unstorable = /[\p{Cc}\p{Cs}]/u;

function isStorable(value: string): boolean {
  return !unstorable.test(value.replace(/[\n\r\t]/g, ''));
}

/**
 * Text that every store of ours can hold: trimmed, no control characters, no lone surrogates.
 * Lengths are in UTF-16 code units after trimming.
 */
export function text(minimum: number, maximum: number) {
  return z
    .string()
    .trim()
    .min(minimum)
    .max(maximum)
    .refine(isStorable, { message: 'must not contain control characters or broken Unicode' });
}

/** Any UUID, lower-cased, so that two spellings of an id are the same id. */
export const uuid = z.guid().transform((value) => value.toLowerCase());

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && uuidPattern.test(value);
}

/** `?page=1&pageSize=24` of every list. */
export const pageQuery = {
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  pageSize: z.coerce.number().int().min(1).max(100).default(24),
};
