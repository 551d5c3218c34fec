import { randomUUID } from 'node:crypto';
import { describeMapping, type Mapping } from '../sources/mapping';
import type { LambdaService } from '../service';
import {
  invalid,
  optionalBoolean,
  optionalInteger,
  optionalObject,
  optionalString,
  optionalStrings,
  page,
  requiredString,
} from './input';
import type { Call, Reply, Route } from './router';

type Input = Readonly<Record<string, unknown>>;

const path = '/event-source-mappings';

/** Event source mappings of SQS queues. https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
export function mappingRoutes(service: LambdaService): readonly Route[] {
  const { functions, mappings } = service;
  const describe = (mapping: Mapping, state?: string): object =>
    describeMapping(mapping, functions.arn(mapping.functionName), state);

  function create(call: Call): Reply {
    const input = call.input();
    const queueArn = requiredString(input, 'EventSourceArn');
    if (!/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(queueArn))
      throw invalid(`Unrecognized event source ${queueArn}: only SQS is served here`);
    const mapping = checked({
      uuid: randomUUID(),
      queueArn,
      functionName: functions.get(requiredString(input, 'FunctionName')).record.name,
      batchSize: 10,
      windowSeconds: 0,
      reportBatchItemFailures: false,
      enabled: true,
      filters: [],
      ...changes(input),
      lastModified: Date.now(),
    });
    mappings.create(mapping);
    return { status: 202, body: describe(mapping, mapping.enabled ? 'Creating' : 'Disabled') };
  }

  function update(call: Call): Reply {
    const input = call.input();
    const functionName = optionalString(input, 'FunctionName');
    const mapping = checked({
      ...mappings.get(call.path[0] ?? ''),
      ...(functionName !== undefined && { functionName: functions.get(functionName).record.name }),
      ...changes(input),
      lastModified: Date.now(),
    });
    mappings.update(mapping);
    return { status: 202, body: describe(mapping, 'Updating') };
  }

  function list(call: Call): Reply {
    const { query } = call.request;
    const name = query.get('FunctionName');
    const functionName = name === null ? undefined : functions.get(name).record.name;
    const source = query.get('EventSourceArn');
    const found = mappings
      .all()
      .filter((each) => functionName === undefined || each.functionName === functionName)
      .filter((each) => source === null || each.queueArn === source);
    const { items, ...next } = page(found, query);
    return { body: { EventSourceMappings: items.map((mapping) => describe(mapping)), ...next } };
  }

  return [
    ['POST', path, create],
    ['GET', path, list],
    ['GET', `${path}/{uuid}`, (call) => ({ body: describe(mappings.get(call.path[0] ?? '')) })],
    ['PUT', `${path}/{uuid}`, update],
    [
      'DELETE',
      `${path}/{uuid}`,
      (call) => ({ status: 202, body: describe(mappings.delete(call.path[0] ?? ''), 'Deleting') }),
    ],
  ];
}

function changes(input: Input): Partial<Mapping> {
  const types = optionalStrings(input, 'FunctionResponseTypes');
  const batchSize = optionalInteger(input, 'BatchSize', 1, 10_000);
  const windowSeconds = optionalInteger(input, 'MaximumBatchingWindowInSeconds', 0, 300);
  const enabled = optionalBoolean(input, 'Enabled');
  const scaling = optionalObject(input, 'ScalingConfig');
  const criteria = optionalObject(input, 'FilterCriteria');
  return {
    ...(batchSize !== undefined && { batchSize }),
    ...(windowSeconds !== undefined && { windowSeconds }),
    ...(enabled !== undefined && { enabled }),
    ...(types && { reportBatchItemFailures: types.includes('ReportBatchItemFailures') }),
    ...(scaling && { maximumConcurrency: optionalInteger(scaling, 'MaximumConcurrency', 2, 1000) }),
    ...(criteria && { filters: filtersOf(criteria) }),
  };
}

function filtersOf(criteria: Input): readonly string[] {
  const filters = criteria['Filters'] ?? [];
  if (!Array.isArray(filters) || filters.length > 10)
    throw invalid('FilterCriteria.Filters must be a list of at most 10 filters');
  return filters.map((filter) => requiredString(filter as Input, 'Pattern'));
}

function checked(mapping: Mapping): Mapping {
  if (mapping.batchSize > 10 && mapping.windowSeconds === 0) {
    throw invalid(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  }
  return mapping;
}
