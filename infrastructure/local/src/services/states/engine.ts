import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { AwsError } from '../../endpoint/aws';
import type { CloudContext } from '../../ports';
import type { Archive } from './archive';
import type { Arns } from './arns';
import { StateError } from './asl/errors';
import { type Json, type JsonObject, isObject, parse, textOf } from './asl/json';
import { Cancelled } from './cancel';
import type { Clock } from './clock';
import { noteAborted } from './composites';
import { describeExecution } from './describe';
import { newFrame, resetForRedrive } from './frame';
import { maximumEvents } from './history';
import type { ChildExecutions } from './integrations/model';
import { runSequence } from './interpreter';
import type { MachineRecord, Machines } from './machines';
import { noteEnded, noteStarted } from './metrics';
import type { ExecutionRecord, Progress } from './record';
import { type Host, HistoryFull, Run, type Waiter } from './run';
import { Turnstile } from './turnstile';

/** As many as Lambda has environments here: more would only wait in its queues until they are throttled. */
const concurrentInvocations = 40;

export interface EngineParts {
  readonly context: CloudContext;
  readonly clock: Clock;
  readonly random: () => number;
  readonly archive: Archive;
  readonly machines: Machines;
  readonly arns: Arns;
}

/**
 * Executions at work.
 *
 * Durability of standard executions: a step writes its progress and events to the store, and a task's call is made
 * only when that is on disk. After a restart or kill every running execution goes on where its record stands.
 * A call that was in flight is made again with the same arguments and token (at least once; on AWS the invocation
 * itself would live on). Tokens, timeouts of waiting tasks, retries and Wait states keep their times. Branches and
 * iterations that had ended keep their outputs. Express executions live in memory and end with the process.
 */
export class Engine implements Host {
  readonly waiters = new Map<string, Waiter>();
  readonly turnstile = new Turnstile(concurrentInvocations);
  readonly context: CloudContext;
  readonly clock: Clock;
  readonly random: () => number;
  readonly executions: ChildExecutions;
  private readonly runs = new Map<string, Run>();
  private readonly dirty = new Set<Run>();
  private readonly lookups = new Map<string, Promise<unknown>>();
  private flushing = false;
  private stopped = false;

  constructor(private readonly parts: EngineParts) {
    this.context = parts.context;
    this.clock = parts.clock;
    this.random = parts.random;
    this.executions = {
      start: async ({ stateMachineArn, name, input }) => {
        const machine = parts.machines.find(parts.arns.machineName(stateMachineArn));
        if (!machine)
          throw new AwsError(
            'StateMachineDoesNotExist',
            `State Machine Does Not Exist: '${stateMachineArn}'`,
          );
        const { record } = await this.start(machine, name, input);
        return { executionArn: parts.arns.execution(record.key), startDate: new Date(record.startedAt) };
      },
      ended: (arn) => this.ended(parts.arns.executionKey(arn)),
    };
  }

  /** @throws AwsError StateMachineDoesNotExist, InvalidArn */
  machine(arn: string): MachineRecord {
    const machine = this.parts.machines.find(this.parts.arns.machineName(arn));
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }

  running(key: string): Run | undefined {
    return this.runs.get(key);
  }

  /** All running executions of a machine, newest first. */
  runningOf(machine: string): Run[] {
    return [...this.runs.values()].filter((run) => run.record.machine === machine && run.durable).reverse();
  }

  async find(key: string): Promise<ExecutionRecord | undefined> {
    return this.runs.get(key)?.record ?? (await this.parts.archive.find(key));
  }

  /**
   * Starts an execution, or answers with the running one of the same name and input.
   * @throws AwsError ExecutionAlreadyExists
   */
  async start(machine: MachineRecord, name: string, input: string): Promise<Run> {
    const durable = machine.type === 'STANDARD';
    // Names of express executions need not be unique.
    const key = `${machine.name}/${name}${durable ? '' : `:${randomUUID()}`}`;
    // Ended ones are found on disk; nobody else can have begun it when this goes on (see `starting`).
    const earlier =
      this.runs.get(key) ??
      (durable ? await this.starting(key, () => this.parts.archive.find(key)) : undefined);
    const running = this.runs.get(key);
    if (running && !running.over && running.record.input === input) return running;
    if (earlier || running) {
      throw new AwsError(
        'ExecutionAlreadyExists',
        `Execution Already Exists: '${this.parts.arns.execution(key)}'`,
      );
    }
    return this.begin(machine, key, name, input, durable);
  }

  /** Looks a name up for one caller after the other, so that the second sees what the first has begun. */
  private async starting(
    key: string,
    find: () => Promise<ExecutionRecord | undefined>,
  ): Promise<ExecutionRecord | undefined> {
    const before = this.lookups.get(key);
    const lookup = before ? before.then(() => turn()).then(find) : find();
    this.lookups.set(key, lookup);
    try {
      return await lookup;
    } finally {
      if (this.lookups.get(key) === lookup) this.lookups.delete(key);
    }
  }

  private begin(machine: MachineRecord, key: string, name: string, input: string, durable: boolean): Run {
    const now = this.clock.now();
    const compiled = this.parts.machines.load(machine.name, machine.revision);
    const record: ExecutionRecord = {
      key,
      name,
      machine: machine.name,
      revision: machine.revision,
      input,
      startedAt: now,
      status: 'RUNNING',
    };
    const progress: Progress = { frame: newFrame(compiled.startAt, parse(input), 0), lastEventId: 0 };
    const run = this.take(record, progress, durable);
    if (durable) this.parts.archive.begin(record);
    run.append('ExecutionStarted', 0, {
      executionStartedEventDetails: { input, inputDetails: { truncated: false }, roleArn: machine.roleArn },
    });
    this.write(run);
    noteStarted(this.context, run.identity.stateMachineArn, now);
    void this.drive(run);
    return run;
  }

  private take(record: ExecutionRecord, progress: Progress, durable: boolean): Run {
    const { arns, machines } = this.parts;
    const revision = machines.revision(record.machine, record.revision);
    const run = new Run(
      this,
      record,
      progress,
      machines.load(record.machine, record.revision),
      {
        executionArn: durable ? arns.execution(record.key) : arns.express(record.key),
        stateMachineArn: arns.machine(record.machine),
        roleArn: revision?.roleArn ?? '',
      },
      durable,
    );
    this.runs.set(record.key, run);
    return run;
  }

  /** Takes up what was running when the process ended. */
  recover(): void {
    const needed = new Set<string>();
    for (const { record, progress } of [...this.parts.archive.running()]) {
      needed.add(`${record.machine}/${record.revision}`);
      try {
        void this.drive(this.take(record, progress, true));
      } catch (error) {
        // A definition that this version no longer accepts must not keep the others from going on.
        console.error(`Execution ${record.key} cannot be taken up`, error);
      }
    }
    this.parts.machines.prune(needed);
  }

  private async drive(run: Run): Promise<void> {
    const { machine, progress, work, record } = run;
    const deadline =
      machine.timeoutSeconds === undefined
        ? undefined
        : (record.redrivenAt ?? record.startedAt) + machine.timeoutSeconds * 1000;
    const alarm =
      deadline === undefined
        ? undefined
        : this.clock.at(deadline, () => this.terminate(run, 'TIMED_OUT', {}));
    try {
      const output = await runSequence({ run, machine, frame: progress.frame, work });
      this.end(run, 'SUCCEEDED', { text: textOf(output) });
    } catch (error) {
      if (error instanceof Cancelled || this.stopped || run.over) return;
      if (error instanceof StateError)
        this.end(run, 'FAILED', { error: error.errorName, cause: error.errorCause });
      else if (error instanceof HistoryFull) {
        const cause = `The execution reached the maximum number of history events (${maximumEvents}).`;
        this.end(run, 'FAILED', { error: 'States.Runtime', cause });
      } else {
        console.error(error);
        this.end(run, 'FAILED', { error: 'States.Runtime', cause: String(error) });
      }
    } finally {
      alarm?.cancel();
    }
  }

  /** Stops an execution from outside. */
  terminate(run: Run, status: 'ABORTED' | 'TIMED_OUT', reason: { error?: string; cause?: string }): void {
    if (run.over) return;
    try {
      noteAborted(run, run.progress.frame, run.machine);
    } catch (error) {
      if (!(error instanceof HistoryFull)) throw error;
    }
    this.end(run, status, reason);
    run.work.cancel();
  }

  private end(
    run: Run,
    status: 'SUCCEEDED' | 'FAILED' | 'ABORTED' | 'TIMED_OUT',
    result: { text?: string; error?: string; cause?: string },
  ): void {
    run.close(status, result);
    this.dirty.delete(run);
    if (run.durable) this.parts.archive.end(run.record, run.pending);
    run.pending = [];
    noteEnded(this.context, run);
    run.announceEnd();
    // Until it is on disk the name must be found here.
    const forget = (): boolean => this.runs.get(run.record.key) === run && this.runs.delete(run.record.key);
    if (!run.durable) forget();
    else void this.context.store.written().then(forget);
  }

  /** Resolves with DescribeExecution's answer once the execution has ended. */
  private async ended(key: string): Promise<JsonObject> {
    const run = this.runs.get(key);
    const record =
      run && !run.over
        ? await new Promise<ExecutionRecord>((resolve) => run.onEnd(resolve))
        : (run?.record ?? (await this.parts.archive.find(key)));
    if (!record) throw new StateError('States.TaskFailed', `The execution ${key} is gone`);
    return describeExecution(record, this.parts.arns, this.clock.now());
  }

  /** Runs a failed, stopped or timed-out execution again from where it failed. The caller has checked that it may. */
  redrive(record: ExecutionRecord): Run {
    const { progress, stoppedAt: _, error: _error, cause: _cause, ...rest } = record;
    if (!progress) throw new AwsError('ExecutionNotRedrivable', 'The execution cannot be redriven');
    const again: ExecutionRecord = {
      ...rest,
      status: 'RUNNING',
      redriveCount: (record.redriveCount ?? 0) + 1,
      redrivenAt: this.clock.now(),
    };
    resetForRedrive(progress.frame);
    const run = this.take(again, progress, true);
    this.parts.archive.reopen(again);
    run.note(progress.frame, 'ExecutionRedriven', {
      executionRedrivenEventDetails: { redriveCount: again.redriveCount ?? 1 },
    });
    this.write(run);
    void this.drive(run);
    return run;
  }

  changed(run: Run): void {
    if (!run.durable) {
      run.pending = [];
      return;
    }
    this.dirty.add(run);
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      this.flush();
      // Whoever waits for the disk hears of a failure there; this only makes sure that it is written at all.
      this.context.store.flushed().catch((error: unknown) => console.error(error));
    });
  }

  /** Hands everything that changed to the store. */
  flush(): void {
    for (const run of this.dirty) this.write(run);
  }

  private write(run: Run): void {
    this.dirty.delete(run);
    if (!run.durable) return;
    this.parts.archive.step(run.record.key, run.progress, run.pending);
    run.pending = [];
  }

  async persisted(run: Run): Promise<void> {
    if (this.dirty.has(run)) this.write(run);
    await this.context.store.written();
  }

  async scheduledArguments(run: Run, eventId: number): Promise<Json> {
    await this.persisted(run);
    const event = await this.parts.archive.event(run.record.key, eventId);
    const details = event?.['lambdaFunctionScheduledEventDetails'] ?? event?.['taskScheduledEventDetails'];
    const text = isObject(details) ? (details['input'] ?? details['parameters']) : undefined;
    return typeof text === 'string' ? parse(text) : null;
  }

  /** Ends all work in this process and leaves the executions as they are on disk. */
  stop(): void {
    this.flush();
    this.stopped = true;
    for (const run of this.runs.values()) run.work.cancel();
  }
}
