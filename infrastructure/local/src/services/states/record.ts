import type { Frame } from './frame';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What is known of an execution beside its history. Times in milliseconds. */
export interface ExecutionRecord {
  /** `<state machine>/<name>` */
  readonly key: string;
  readonly name: string;
  readonly machine: string;
  /** Revision of the definition it began with and runs to its end. */
  readonly revision: string;
  /** JSON text as given. */
  readonly input: string;
  readonly startedAt: number;
  status: ExecutionStatus;
  stoppedAt?: number;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount?: number;
  redrivenAt?: number;
  /** Where it stood when it failed, for RedriveExecution. */
  progress?: Progress;
}

/** What changes with each step of a running execution. */
export interface Progress {
  frame: Frame;
  /** Id of the last history event. */
  lastEventId: number;
}
