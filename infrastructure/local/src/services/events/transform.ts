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
    'aws.events.event': withoutReplayName(event),
    'aws.events.event.json': withoutReplayName(event),
  };
  const paths = transformer.InputPathsMap ?? {};
  const valueOf = (name: string): unknown => {
    if (Object.hasOwn(reserved, name)) return reserved[name];
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? undefined : valueAt(event, path);
  };
  return fill(transformer.InputTemplate, valueOf);
}

/** Throws ValidationException where a target's transformer could never work. */
export function checkTransformer(target: Target): void {
  const transformer = target.InputTransformer;
  if (!transformer) return;
  for (const name of Object.keys(transformer.InputPathsMap ?? {})) {
    if (name.startsWith('AWS'))
      throw new AwsError('ValidationException', `InputPathsMap key ${name} must not start with AWS`);
  }
  if (!transformer.InputTemplate) throw new AwsError('ValidationException', 'InputTemplate is required');
}

/** Inside quotes a placeholder becomes text, outside it becomes JSON; one without a value becomes nothing. */
function fill(template: string, valueOf: (name: string) => unknown): string {
  let quoted = false;
  return template.replace(/\\.|"|<([\w.-]+)>/g, (match, name: string | undefined) => {
    if (match === '"') quoted = !quoted;
    if (name === undefined) return match;
    const value = valueOf(name);
    if (value === undefined) return '';
    if (!quoted) return JSON.stringify(value);
    return typeof value === 'string'
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(JSON.stringify(value)).slice(1, -1);
  });
}

/** JSONPath as EventBridge allows it: dots and array indexes. */
function valueAt(event: unknown, path: string): unknown {
  if (path === '$') return event;
  const steps = [...path.matchAll(/\.([^.[\]]+)|\[(\d+|'[^']*')\]/g)].map(
    (step) => step[1] ?? (step[2] ?? '').replaceAll("'", ''),
  );
  return steps.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string, unknown>)[step];
  }, event);
}

function withoutReplayName(event: EventEnvelope): object {
  const { 'replay-name': _, ...rest } = event;
  return rest;
}
