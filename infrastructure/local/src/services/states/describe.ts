import type { Arns } from './arns';
import type { Listed } from './archive';
import type { JsonObject } from './asl/json';
import { maximumEvents } from './history';
import type { ExecutionRecord } from './record';

/** A failed execution can be redriven for this long. */
const redriveMs = 14 * 86_400_000;

/** DescribeExecution's answer; times in seconds. */
export function describeExecution(record: ExecutionRecord, arns: Arns, now: number): JsonObject {
  const redrivable = redriveStatus(record, now);
  return {
    executionArn: arns.execution(record.key),
    stateMachineArn: arns.machine(record.machine),
    name: record.name,
    status: record.status,
    startDate: record.startedAt / 1000,
    ...(record.stoppedAt !== undefined && { stopDate: record.stoppedAt / 1000 }),
    input: record.input,
    inputDetails: { included: true },
    ...(record.output !== undefined && { output: record.output, outputDetails: { included: true } }),
    ...(record.error !== undefined && { error: record.error }),
    ...(record.cause !== undefined && { cause: record.cause }),
    redriveCount: record.redriveCount ?? 0,
    ...(record.redrivenAt !== undefined && { redriveDate: record.redrivenAt / 1000 }),
    redriveStatus: redrivable === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...(redrivable !== undefined && { redriveStatusReason: redrivable }),
  };
}

/** Why an execution cannot be redriven; undefined where it can. */
export function redriveStatus(record: ExecutionRecord, now: number): string | undefined {
  if (record.status === 'RUNNING') return 'Execution is RUNNING and cannot be redriven';
  if (record.status === 'SUCCEEDED') return 'Execution is SUCCEEDED and cannot be redriven';
  if (now - (record.stoppedAt ?? 0) > redriveMs) return 'Execution has exceeded the redrivable period';
  if (!record.progress || record.progress.lastEventId >= maximumEvents - 1)
    return 'Execution history event limit exceeded';
  return undefined;
}

/** One line of ListExecutions. */
export function describeListed(line: Listed, machine: string, arns: Arns): JsonObject {
  return {
    executionArn: arns.execution(`${machine}/${line.name}`),
    stateMachineArn: arns.machine(machine),
    name: line.name,
    status: line.status,
    startDate: line.startedAt / 1000,
    ...(line.stoppedAt !== undefined && { stopDate: line.stoppedAt / 1000 }),
    redriveCount: line.redriveCount ?? 0,
    ...(line.redrivenAt !== undefined && { redriveDate: line.redrivenAt / 1000 }),
  };
}
