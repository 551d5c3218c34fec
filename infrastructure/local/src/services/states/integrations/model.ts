import type { CloudContext } from '../../../ports';
import type { Json, JsonObject } from '../asl/json';

/** What an integration may know about the task that calls it. */
export interface TaskCall {
  readonly context: CloudContext;
  readonly executionArn: string;
  readonly stateMachineArn: string;
  /** Unique to this attempt and the same again when it is re-run after a restart. */
  readonly attemptId: string;
  /** Runs and awaits executions, for `states:startExecution`. */
  readonly executions: ChildExecutions;
}

export interface ChildExecutions {
  start(input: {
    stateMachineArn: string;
    name: string;
    input: string;
  }): Promise<{ executionArn: string; startDate: Date }>;
  /** Resolves once it has ended, with what DescribeExecution says. */
  ended(executionArn: string): Promise<JsonObject>;
}

/** Calls a service. Throws StateError named as AWS names the error (`DynamoDB.ConditionalCheckFailedException`). */
export type Action = (args: JsonObject, call: TaskCall) => Promise<Json>;

/** `request` ends with the call; `token` waits for SendTaskSuccess or -Failure; `sync` waits for the job it began. */
export type Pattern = 'request' | 'token' | 'sync';

export interface LambdaResource {
  readonly kind: 'lambda';
  readonly arn: string;
}

export interface ServiceResource {
  readonly kind: 'service';
  readonly arn: string;
  /** As in history: `lambda`, `invoke.waitForTaskToken`. */
  readonly resourceType: string;
  readonly resource: string;
  readonly pattern: Pattern;
  readonly run: Action;
  /** `sync`: takes the answer of `run` and resolves when the job is over. */
  readonly completion?: (submitted: Json, call: TaskCall) => Promise<Json>;
}

export type TaskResource = LambdaResource | ServiceResource;

/** Undefined where the ARN names nothing that can run here. */
export type ResolveResource = (arn: string) => TaskResource | undefined;
