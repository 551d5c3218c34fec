import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ArtefactError } from './errors';
import type { Resources, RuleSpec } from './model';

const key = z.strictObject({ name: z.string(), type: z.enum(['S', 'N', 'B']) });
const throttling = z.strictObject({ rateLimit: z.number(), burstLimit: z.number() });
const anyObject = z.record(z.string(), z.unknown());

const resources = z.strictObject({
  eventBus: z.strictObject({
    name: z.string(),
    archive: z.strictObject({ name: z.string(), retentionDays: z.number().int().min(0) }),
  }),
  buckets: z.array(
    z.strictObject({
      name: z.string(),
      publicRead: z.boolean().optional(),
      expireAfterDays: z.number().int().positive().optional(),
      cors: z
        .array(
          z.strictObject({
            allowedMethods: z.array(z.string()),
            allowedHeaders: z.array(z.string()),
            exposeHeaders: z.array(z.string()).optional(),
            maxAgeSeconds: z.number().int().optional(),
          }),
        )
        .optional(),
    }),
  ),
  tables: z.array(
    z.strictObject({
      name: z.string(),
      hashKey: key,
      rangeKey: key.optional(),
      globalSecondaryIndexes: z.array(
        z.strictObject({
          name: z.string(),
          hashKey: key,
          rangeKey: key.optional(),
          projection: z.enum(['ALL', 'KEYS_ONLY']),
        }),
      ),
      ttlAttribute: z.string().optional(),
    }),
  ),
  queues: z.array(
    z.strictObject({
      name: z.string(),
      visibilityTimeoutSeconds: z.number().int().optional(),
      messageRetentionSeconds: z.number().int().optional(),
      maxReceiveCount: z.number().int().positive().optional(),
      deadLetterQueue: z.string().optional(),
    }),
  ),
  topics: z.array(
    z.strictObject({
      name: z.string(),
      subscriptions: z.array(
        z.strictObject({
          queue: z.string(),
          rawMessageDelivery: z.boolean().optional(),
          filterPolicy: anyObject.optional(),
        }),
      ),
    }),
  ),
  httpApi: z
    .strictObject({
      name: z.string(),
      cors: z
        .strictObject({
          allowOrigins: z.array(z.string()),
          allowMethods: z.array(z.string()),
          allowHeaders: z.array(z.string()),
          exposeHeaders: z.array(z.string()),
          allowCredentials: z.boolean(),
          maxAgeSeconds: z.number().int(),
        })
        .optional(),
      throttling: throttling.optional(),
    })
    .optional(),
});

const rule = z.strictObject({
  name: z.string(),
  description: z.string(),
  eventPattern: anyObject,
  targets: z.array(
    z.strictObject({
      id: z.string(),
      type: z.enum(['sqs', 'sns', 'lambda', 'stepfunctions']),
      resource: z.string(),
      inputTransformer: z
        .strictObject({ inputPathsMap: z.record(z.string(), z.string()), inputTemplate: z.string() })
        .optional(),
      retryPolicy: z
        .strictObject({ maximumEventAgeInSeconds: z.number().int(), maximumRetryAttempts: z.number().int() })
        .optional(),
      deadLetterQueue: z.string().optional(),
    }),
  ),
});

/**
 * `infrastructure/resources.json`. `{{resolve:ssm:<name>}}` is filled in from `parameters`.
 * @throws ArtefactError where it names something that it does not define.
 */
export function readResources(file: string, parameters: Readonly<Record<string, string>>): Resources {
  const text = readText(file).replace(/\{\{resolve:ssm:([^}]+)\}\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new ArtefactError(file, '', `ssm has no value for ${name}`);
    return JSON.stringify(value).slice(1, -1);
  });
  const found = check(file, text, resources) as Resources;
  const queues = new Set(found.queues.map((queue) => queue.name));
  for (const queue of found.queues) {
    requireQueue(queue.deadLetterQueue, queues, file, `queues.${queue.name}.deadLetterQueue`);
  }
  for (const topic of found.topics) {
    for (const { queue } of topic.subscriptions)
      requireQueue(queue, queues, file, `topics.${topic.name}.subscriptions`);
  }
  return found;
}

/** `events/rules/*.json`, by name. Queues and topics of targets must be in `resources`. */
export function readRules(directory: string, { queues, topics }: Resources): RuleSpec[] {
  const queueNames = new Set(queues.map((queue) => queue.name));
  const topicNames = new Set(topics.map((topic) => topic.name));
  return listJson(directory).map((file) => {
    const found = check(file, readText(file), rule) as RuleSpec;
    for (const target of found.targets) {
      const place = `targets.${target.id}`;
      if (target.type === 'sqs') requireQueue(target.resource, queueNames, file, `${place}.resource`);
      if (target.type === 'sns' && !topicNames.has(target.resource)) {
        throw new ArtefactError(file, `${place}.resource`, `there is no topic ${target.resource}`);
      }
      requireQueue(target.deadLetterQueue, queueNames, file, `${place}.deadLetterQueue`);
    }
    return found;
  });
}

function requireQueue(
  name: string | undefined,
  queues: ReadonlySet<string>,
  file: string,
  place: string,
): void {
  if (name !== undefined && !queues.has(name))
    throw new ArtefactError(file, place, `there is no queue ${name}`);
}

function listJson(directory: string): string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
    return names.sort().map((name) => join(directory, name));
  } catch {
    throw new ArtefactError(directory, '', 'cannot be read');
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new ArtefactError(file, '', 'cannot be read');
  }
}

function check(file: string, text: string, schema: z.ZodType): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ArtefactError(
      file,
      '',
      `is not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ArtefactError(file, issue?.path.join('.') ?? '', issue?.message ?? 'is not as expected');
}
