import { z } from 'zod';

const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
    message: `must be a URL (${protocols.join(' or ')})`,
  });
const name = z.string().min(1);

const schema = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  HOST: name,
  PORT: z.coerce.number().int().min(0).max(65_535),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  REDIS_URL: url('redis:', 'rediss:'),
  AWS_REGION: name,
  /** Read by the AWS SDK itself; needed here for the public address of an uploaded picture. */
  AWS_ENDPOINT_URL: url('http:', 'https:').optional(),
  EVENT_BUS_NAME: name,
  ORDERS_TABLE: name,
  SESSIONS_TABLE: name,
  PAYMENTS_TABLE: name,
  IMAGES_BUCKET: name,
  JWKS_URL: url('http:', 'https:'),
  JWT_ISSUER: name,
  JWT_AUDIENCE: name,
  STOCK_SERVICE_URL: url('http:', 'https:'),
  WEBSOCKET_URL: url('ws:', 'wss:'),
  /** Secret shared with our own functions (Secrets Manager core-api/internal-token): they may read order intakes. */
  INTERNAL_TOKEN: z.string().min(32),
  /** Multiplies every rate limit: load tests come from one address. */
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
});

export type Env = z.infer<typeof schema>;

export class EnvironmentError extends Error {
  readonly code = 'ENVIRONMENT_INVALID';
}

/** Reads the environment once, at start. Throws {@link EnvironmentError} that names every variable at fault. */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const result = schema.safeParse(present);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => {
    const variable = issue.path.join('.');
    return present[variable] === undefined ? `${variable} is not set` : `${variable}: ${issue.message}`;
  });
  throw new EnvironmentError(`Invalid environment: ${faults.join('; ')}`);
}
