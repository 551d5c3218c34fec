import { z } from 'zod';

const schema = z.object({
  HOST: z.string().min(1),
  PORT: z.coerce.number().int().min(0).max(65_535),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  EVENT_BUS_NAME: z.string().min(1),
  STOCK_UPDATE_QUEUE_URL: z.url({ protocol: /^https?$/ }),
  AWS_REGION: z.string().min(1),
  /** Names under which it may be called, see hostFilter; unset: any, since only the private network can reach it. */
  ALLOWED_HOSTS: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Config = z.infer<typeof schema>;

export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
}

/** Reads the environment once. Throws a {@link ConfigError} that names every variable that is missing or wrong. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`Environment is not valid: ${problems.join('; ')}`);
}
