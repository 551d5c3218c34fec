import type { CloudContext, MetricDatum } from '../../ports';
import type { Run } from './run';

const names = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  ABORTED: 'ExecutionsAborted',
  TIMED_OUT: 'ExecutionsTimedOut',
} as const;

/** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
export function noteStarted({ ports }: CloudContext, stateMachineArn: string, timestamp: number): void {
  ports.metrics.put('AWS/States', [datum('ExecutionsStarted', 'Count', 1, stateMachineArn, timestamp)]);
}

/** ExecutionTime is in milliseconds. */
export function noteEnded({ ports }: CloudContext, { record, identity }: Run): void {
  const { status, startedAt, stoppedAt } = record;
  if (status === 'RUNNING' || stoppedAt === undefined) return;
  ports.metrics.put('AWS/States', [
    datum(names[status], 'Count', 1, identity.stateMachineArn, stoppedAt),
    datum('ExecutionTime', 'Milliseconds', stoppedAt - startedAt, identity.stateMachineArn, stoppedAt),
  ]);
}

function datum(
  name: string,
  unit: string,
  value: number,
  stateMachineArn: string,
  timestamp: number,
): MetricDatum {
  return { name, dimensions: { StateMachineArn: stateMachineArn }, unit, values: [value], timestamp };
}
