import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { EventSourceSpec, FunctionSpec } from './model';
import type { Properties } from './properties';
import { physicalName } from './references';
import type { Resource, Template } from './template';
import { isObject } from './yaml';

/** AWS::Serverless::Function: the bundle's entry, its settings and the queues it reads. */
export function readFunctions(template: Template, warn: (message: string) => void): FunctionSpec[] {
  const functions = template
    .list('AWS::Serverless::Function')
    .map((resource) => readFunction(resource, template, warn));
  for (const { properties } of template.list('AWS::Lambda::EventSourceMapping')) {
    const name = functionNameOf(properties.text('FunctionName'));
    const target = functions.findIndex((candidate) => candidate.name === name);
    const spec = functions[target] ?? properties.fail('FunctionName', `there is no function ${name}`);
    const source = eventSource(properties, properties.text('EventSourceArn'));
    functions[target] = { ...spec, eventSources: [...spec.eventSources, source] };
  }
  const seen = new Set<string>();
  for (const { name, logicalId } of functions) {
    if (seen.has(name)) template.find(logicalId)?.properties.fail('FunctionName', `${name} is used twice`);
    seen.add(name);
  }
  return functions;
}

function readFunction(resource: Resource, template: Template, warn: (message: string) => void): FunctionSpec {
  const { logicalId, properties } = resource;
  const invoke = properties.child('EventInvokeConfig');
  const reserved = properties.number('ReservedConcurrentExecutions');
  const onFailure =
    invoke?.child('DestinationConfig')?.child('OnFailure')?.optionalText('Destination') ??
    properties.child('DeadLetterQueue')?.text('TargetArn');
  return {
    logicalId,
    name: physicalName(resource) ?? logicalId,
    ...readCode(resource, template),
    timeoutSeconds: properties.number('Timeout') ?? 3,
    memoryMb: properties.number('MemorySize') ?? 128,
    environment: properties.child('Environment')?.textMap('Variables') ?? {},
    ...(reserved === undefined ? {} : { reservedConcurrency: reserved }),
    eventSources: readEvents(properties, warn),
    maximumRetryAttempts: invoke?.number('MaximumRetryAttempts') ?? 2,
    maximumEventAgeSeconds: invoke?.number('MaximumEventAgeInSeconds') ?? 21_600,
    ...(onFailure === undefined ? {} : { onFailureArn: onFailure }),
  };
}

/** With esbuild the entry point is the source; without, the handler's module itself. */
function readCode(
  { properties, metadata }: Resource,
  template: Template,
): { entry: string; handler: string } {
  const handler = properties.text('Handler');
  const dot = handler.lastIndexOf('.');
  if (dot <= 0) properties.fail('Handler', `'${handler}' is not <module>.<export>`);
  const module = handler.slice(0, dot);
  const base = resolve(dirname(template.file), properties.text('CodeUri'));
  const build = isObject(metadata.BuildProperties) ? metadata.BuildProperties.EntryPoints : undefined;
  const entryPoints = Array.isArray(build) ? build.map(String) : [];
  const baseName = (path: string): string => path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const entryPoint =
    entryPoints.length === 1
      ? entryPoints[0]
      : entryPoints.find((path) => baseName(path) === baseName(`${module}.x`));
  const candidates = entryPoint
    ? [entryPoint]
    : ['ts', 'mjs', 'js'].map((extension) => `${module}.${extension}`);
  const entry =
    candidates.map((candidate) => resolve(base, candidate)).find((path) => existsSync(path)) ??
    properties.fail('CodeUri', `${resolve(base, candidates[0] ?? '')} does not exist`);
  return { entry, handler: handler.slice(dot + 1) };
}

function readEvents(properties: Properties, warn: (message: string) => void): EventSourceSpec[] {
  const sources: EventSourceSpec[] = [];
  for (const [, event] of properties.children('Events')) {
    const type = event.text('Type');
    const settings = event.child('Properties');
    if (type === 'SQS') {
      const given = settings ?? event.fail('Properties', 'is missing');
      sources.push(eventSource(given, given.text('Queue')));
    } else if (type !== 'HttpApi') {
      warn(`${event.place}: events of type ${type} are not served by the local cloud`);
    }
  }
  return sources;
}

/** https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-sqs.html */
function eventSource(properties: Properties, queueArn: string): EventSourceSpec {
  const maximumConcurrency = properties.child('ScalingConfig')?.number('MaximumConcurrency');
  return {
    queueArn,
    batchSize: properties.number('BatchSize') ?? 10,
    windowSeconds: properties.number('MaximumBatchingWindowInSeconds') ?? 0,
    reportBatchItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    ...(maximumConcurrency === undefined ? {} : { maximumConcurrency }),
    enabled: properties.boolean('Enabled') ?? true,
    filters: readFilters(properties),
  };
}

function readFilters(properties: Properties): Readonly<Record<string, unknown>>[] {
  const criteria = properties.child('FilterCriteria');
  return (criteria?.list('Filters') ?? []).map((filter) => {
    const pattern = isObject(filter) ? filter.Pattern : undefined;
    try {
      const parsed: unknown = typeof pattern === 'string' ? JSON.parse(pattern) : undefined;
      if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
    } catch {
      // Reported below, with the place.
    }
    return properties.fail('FilterCriteria.Filters', 'each Pattern must be a JSON object as text');
  });
}

/** The name in a function's ARN, in an API Gateway invocation ARN, or the name itself. */
export function functionNameOf(reference: string): string {
  return /:function:([^:/]+)/.exec(reference)?.[1] ?? reference;
}
