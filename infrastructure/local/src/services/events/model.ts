/** An event as targets get it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  readonly 'replay-name'?: string;
}

/** A target as PutTargets takes it. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly InputPath?: string;
  readonly InputTransformer?: {
    readonly InputPathsMap?: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
}

export interface BusRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
}

export interface RuleRecord {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly description?: string;
  /** JSON text. */
  readonly pattern?: string;
  readonly schedule?: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly roleArn?: string;
  readonly targets: readonly Target[];
  /** Epoch milliseconds from which a rate is counted. */
  readonly scheduledFrom?: number;
  /** Made from events/rules, and taken back when it is no longer there. */
  readonly shipped?: boolean;
}

export interface ArchiveRecord {
  readonly name: string;
  readonly arn: string;
  readonly sourceArn: string;
  readonly description?: string;
  readonly pattern?: string;
  readonly retentionDays: number;
  /** Epoch seconds. */
  readonly createdAt: number;
  eventCount: number;
  sizeBytes: number;
}

export type ReplayState = 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';

export interface ReplayRecord {
  readonly name: string;
  readonly arn: string;
  readonly archiveArn: string;
  readonly description?: string;
  readonly destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
  /** Epoch seconds. */
  readonly eventStart: number;
  readonly eventEnd: number;
  readonly startedAt: number;
  endedAt?: number;
  state: ReplayState;
  /** Archive key of the last event that was replayed: where a restart goes on. */
  lastKey?: string;
  lastEventTime?: number;
}
