import * as z from 'zod';

/** The environment lacks a variable or has one of the wrong form; names every such variable. */
export class EnvironmentError extends Error {
  readonly code = 'ENVIRONMENT_INVALID';
  constructor(problems: readonly string[]) {
    super(`Environment is not valid: ${problems.join('; ')}`);
    this.name = 'EnvironmentError';
  }
}

/** Reads the variables a function needs, once, at start. Throws {@link EnvironmentError}. */
export function readEnv<T extends z.ZodRawShape>(
  shape: T,
  source: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<T>> {
  const parsed = z.object(shape).safeParse(source);
  if (parsed.success) return parsed.data;
  throw new EnvironmentError(
    parsed.error.issues.map((issue) => {
      const name = issue.path.map(String).join('.');
      return source[name] === undefined ? `${name} is missing` : `${name}: ${issue.message}`;
    }),
  );
}

/** A variable that must be there and not be empty. */
export const required = z.string().min(1);
