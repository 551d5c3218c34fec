import type { CloudContext } from '../../ports';
import type { Json, JsonObject } from './asl/json';
import type { Machine } from './asl/model';
import { Cancelled, Work } from './cancel';
import type { Clock } from './clock';
import type { Frame } from './frame';
import { type HistoryEvent, maximumEvents } from './history';
import type { ChildExecutions } from './integrations/model';
import type { ExecutionRecord, ExecutionStatus, Progress } from './record';
import type { Turnstile } from './turnstile';

/** A task that waits for SendTaskSuccess, SendTaskFailure or SendTaskHeartbeat. */
export interface Waiter {
  deliver(outcome: { readonly output: Json } | { readonly error: string; readonly cause: string }): void;
  heartbeat(): void;
  readonly run: Run;
}

const finalEvents = {
  SUCCEEDED: ['ExecutionSucceeded', 'executionSucceededEventDetails'],
  FAILED: ['ExecutionFailed', 'executionFailedEventDetails'],
  TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOutEventDetails'],
  ABORTED: ['ExecutionAborted', 'executionAbortedEventDetails'],
} as const;

/** What an execution needs of the engine. */
export interface Host {
  readonly context: CloudContext;
  readonly clock: Clock;
  readonly random: () => number;
  readonly executions: ChildExecutions;
  /** By attempt id. */
  readonly waiters: Map<string, Waiter>;
  /** Through it go the invocations of functions. */
  readonly turnstile: Turnstile;
  /** Something changed; it is written soon, together with whatever else changes by then. */
  changed(run: Run): void;
  /** Resolves when everything that changed so far is on disk. */
  persisted(run: Run): Promise<void>;
  /** The arguments that a TaskScheduled or LambdaFunctionScheduled event holds. */
  scheduledArguments(run: Run, eventId: number): Promise<Json>;
}

export interface RunIdentity {
  readonly executionArn: string;
  readonly stateMachineArn: string;
  readonly roleArn: string;
}

/** An execution that runs: its record, its place, and the events not yet written. */
export class Run {
  readonly work = new Work();
  pending: HistoryEvent[] = [];
  private readonly endings: ((record: ExecutionRecord) => void)[] = [];
  readonly input: Json;

  constructor(
    readonly host: Host,
    readonly record: ExecutionRecord,
    readonly progress: Progress,
    readonly machine: Machine,
    readonly identity: RunIdentity,
    /** Standard executions are written to disk; express ones live in memory. */
    readonly durable: boolean,
  ) {
    this.input = JSON.parse(record.input) as Json;
  }

  get over(): boolean {
    return this.record.status !== 'RUNNING';
  }

  /** Adds a history event. `details` is the member that belongs to the type, e.g. taskFailedEventDetails. */
  append(type: string, previousEventId: number, details?: JsonObject): number {
    if (this.over) throw new Cancelled('The execution has ended');
    if (this.progress.lastEventId + 1 >= maximumEvents && !type.startsWith('Execution'))
      throw new HistoryFull();
    const id = ++this.progress.lastEventId;
    this.pending.push({ id, previousEventId, timestamp: this.host.clock.now() / 1000, type, ...details });
    this.host.changed(this);
    return id;
  }

  /** Adds an event of one sequence of states, linked to its last one. */
  note(frame: Frame, type: string, details?: JsonObject): number {
    frame.lastId = this.append(type, frame.lastId, details);
    return frame.lastId;
  }

  changed(): void {
    this.host.changed(this);
  }

  onEnd(listener: (record: ExecutionRecord) => void): void {
    this.endings.push(listener);
  }

  /** Adds the final event and completes the record. `text`: the output, of a success. */
  close(
    status: Exclude<ExecutionStatus, 'RUNNING'>,
    result: { text?: string; error?: string; cause?: string },
  ): void {
    const { record, progress } = this;
    const [type, member] = finalEvents[status];
    const { text, error, cause } = result;
    // A failure of the definition itself hangs on no event, as on AWS.
    const previous = error === 'States.Runtime' ? 0 : progress.frame.lastId;
    const details = {
      ...(text !== undefined && { output: text, outputDetails: { truncated: false } }),
      ...(error !== undefined && { error: error.slice(0, 256) }),
      ...(cause !== undefined && { cause: cause.slice(0, 32_768) }),
    };
    this.append(type, previous, { [member]: details });
    record.status = status;
    record.stoppedAt = this.host.clock.now();
    if (text !== undefined) record.output = text;
    if (details.error !== undefined) record.error = details.error;
    if (details.cause !== undefined) record.cause = details.cause;
    if (status !== 'SUCCEEDED') record.progress = progress;
  }

  announceEnd(): void {
    for (const listener of this.endings) listener(this.record);
  }
}

/** The history is as long as it may be: the execution fails, whatever it was doing. */
export class HistoryFull extends Error {
  override name = 'HistoryFull';
}
