import { AwsError } from '../../endpoint/aws';
import type { EventEnvelope, Target } from './model';

/**
 * What a target gets of an event: all of it, a constant, a part (InputPath) or a template (InputTransformer).
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function inputFor(
  target: Target,
  event: EventEnvelope,
  text: string,
  rule: { arn: string; name: string },
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(event, target.InputPath) ?? null);
  const transformer = target.InputTransformer;
  if (!transformer) return text;
  const reserved: Record<string, unknown> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': new Date().toISOString(),
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event,
  };
  const paths = transformer.InputPathsMap ?? {};
  const valueOf = (name: string): unknown => {
    if (Object.hasOwn(reserved, name)) return reserved[name];
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? undefined : valueAt(event, path);
  };
  return fill(transformer.InputTemplate, valueOf);
}

/** Throws ValidationException where what a target asks for could never work. */
export function checkInput(target: Target): void {
  const { Input: input, InputPath: path, InputTransformer: transformer } = target;
  if ([input, path, transformer].filter((one) => one !== undefined).length > 1)
    throw new AwsError(
      'ValidationException',
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`,
    );
  if (input !== undefined && !isJson(input))
    throw new AwsError('ValidationException', `Invalid Input for target ${target.Id}: it is not JSON.`);
  if (!transformer) return;
  for (const name of Object.keys(transformer.InputPathsMap ?? {})) {
    if (name.startsWith('AWS'))
      throw new AwsError('ValidationException', `InputPathsMap key ${name} must not start with AWS`);
  }
  if (!transformer.InputTemplate) throw new AwsError('ValidationException', 'InputTemplate is required');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Inside quotes a placeholder becomes text, outside it becomes JSON; one without a value becomes the empty text. */
function fill(template: string, valueOf: (name: string) => unknown): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined) return match;
    const value = valueOf(name);
    if (value === undefined) return quoted ? '' : '""';
    if (!quoted) return JSON.stringify(value);
    return typeof value === 'string'
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(JSON.stringify(value)).slice(1, -1);
  });
}

/** JSONPath as EventBridge allows it: names, array indexes and `*`, which makes a list. */
function valueAt(event: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+|\*|'[^']*')\]/g)].map(
    (step) => step[1] ?? (step[2] ?? '').replaceAll("'", ''),
  );
  return follow(event, steps);
}

function follow(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (step === '*')
    return Object.values(value)
      .map((part) => follow(part, rest))
      .filter((part) => part !== undefined);
  return Object.hasOwn(value, step) ? follow((value as Record<string, unknown>)[step], rest) : undefined;
}

function withoutDetail({ detail: _, ...rest }: EventEnvelope): object {
  return rest;
}
