import { createHash } from 'node:crypto';
import type { EventSourceSpec } from '../../../artefacts/model';
import { AwsError } from '../../../endpoint/aws';

/** An event source mapping from an SQS queue. */
export interface Mapping {
  readonly uuid: string;
  readonly queueArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number | undefined;
  readonly enabled: boolean;
  /** Filter patterns as JSON text. */
  readonly filters: readonly string[];
  readonly lastModified: number;
}

/** The template's mapping. Its UUID is the same at every start, so that who has noted it finds it again. */
export function mappingFromSpec(functionName: string, spec: EventSourceSpec): Mapping {
  const hash = createHash('sha256').update(`${functionName} ${spec.queueArn}`).digest('hex');
  const uuid = `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
  return {
    uuid,
    queueArn: spec.queueArn,
    functionName,
    batchSize: spec.batchSize,
    windowSeconds: spec.windowSeconds,
    reportBatchItemFailures: spec.reportBatchItemFailures,
    maximumConcurrency: spec.maximumConcurrency,
    enabled: spec.enabled,
    filters: spec.filters.map((filter) => JSON.stringify(filter)),
    lastModified: Date.now(),
  };
}

export function mappingNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
}

/** EventSourceMappingConfiguration. https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export function describeMapping(mapping: Mapping, functionArn: string, state?: string): object {
  return {
    UUID: mapping.uuid,
    EventSourceArn: mapping.queueArn,
    FunctionArn: functionArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
    ...(mapping.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: mapping.maximumConcurrency },
    }),
    ...(mapping.filters.length > 0 && {
      FilterCriteria: { Filters: mapping.filters.map((Pattern) => ({ Pattern })) },
    }),
    State: state ?? (mapping.enabled ? 'Enabled' : 'Disabled'),
    StateTransitionReason: 'USER_INITIATED',
    LastModified: mapping.lastModified / 1000,
  };
}
