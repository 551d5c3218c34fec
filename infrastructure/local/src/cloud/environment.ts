import { tmpdir } from 'node:os';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const textMap = z.record(z.string(), z.string());

function json(name: string): z.ZodPipe<z.ZodString, z.ZodTransform<unknown, string>> {
  return z.string().transform((text, context): unknown => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: `${name} is not valid JSON` });
      return z.NEVER;
    }
  });
}

const schema = z.object({
  LOCAL_DATA_DIR: z.string().min(1),
  LOCAL_AWS_PORT: port.default(4566),
  LOCAL_GATEWAY_PORT: port.default(3001),
  LOCAL_SEARCH_PORT: port.default(9200),
  LOCAL_PARAMETERS: json('LOCAL_PARAMETERS').pipe(textMap).default({}),
  LOCAL_SECRETS: json('LOCAL_SECRETS').pipe(textMap).default({}),
  LOCAL_LOG_DIR: z.string().min(1).optional(),
  LOCAL_ALLOWED_HOSTS: z.string().min(1).optional(),
});

export type LocalEnvironment = z.infer<typeof schema>;

/** @throws Error that names each variable that is missing or wrong. */
export function readEnvironment(variables: NodeJS.ProcessEnv): LocalEnvironment {
  const result = schema.safeParse(variables);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Error(
    `The environment of the local cloud is not complete (e.g. LOCAL_DATA_DIR=${tmpdir()}/yorozu)\n${reasons.join('\n')}`,
  );
}
