import { randomUUID } from 'node:crypto';
import type { EventLoopUtilization } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { createLogMemory, LogReader } from '../runtime/log-channel';
import type { EnvironmentData, InvokeMessage, WorkerMessage } from '../runtime/messages';

export interface EnvironmentSettings {
  readonly functionName: string;
  readonly functionArn: string;
  readonly logGroup: string;
  readonly memoryMb: number;
  readonly file: string;
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Absolute path of the built runtime/bootstrap.ts. */
  readonly bootstrap: string;
}

const utilizationSampleMs = 250;

export type OutcomeKind = 'done' | 'failed' | 'timed-out' | 'crashed' | 'init-failed';

export interface Outcome {
  readonly kind: OutcomeKind;
  /** Result or error payload as JSON text. */
  readonly payload: string;
  readonly durationMs: number;
}

export interface Job {
  readonly requestId: string;
  readonly event: string;
  readonly clientContext?: string | undefined;
  /** Invocation begins on `environment`; called once. */
  onStart(environment: Environment): void;
}

/** What the environment tells its pool. */
export interface EnvironmentOwner {
  onReady(environment: Environment): void;
  onIdle(environment: Environment): void;
  /** It failed to load (`payload` is the error) or died between two invocations. */
  onLost(environment: Environment, initError: string | undefined): void;
  onGone(environment: Environment): void;
}

/**
 * One execution environment: a worker thread with the module loaded, its own variables and memory limit, and one
 * invocation at a time. Module state lives as long as the environment does.
 */
export class Environment {
  readonly logStream: string;
  readonly createdAt = performance.now();
  readonly initStartedAt = Date.now();
  /** Set once loaded; undefined again after it was reported by the first invocation. */
  initMs: number | undefined;
  heapUsed = 0;
  idleSince = 0;
  startedAt = 0;
  /** An older version of the code or configuration: ends after the invocation that it is running. */
  stale = false;
  readonly memoryMb: number;
  private loaded = false;
  private gone = false;
  private readonly worker: Worker;
  private readonly reader: LogReader;
  private overflow = '';
  private current: ((outcome: Outcome) => void) | undefined;
  private requestId = '';
  private measured: EventLoopUtilization | undefined;
  private measuredAt = 0;
  private lately = 1;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    settings: EnvironmentSettings,
    private readonly owner: EnvironmentOwner,
    initTimeoutMs: number,
  ) {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
    this.logStream = `${day}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    this.memoryMb = settings.memoryMb;
    const logs = createLogMemory();
    this.reader = new LogReader(logs);
    const data: EnvironmentData = {
      file: settings.file,
      handler: settings.handler,
      functionName: settings.functionName,
      functionArn: settings.functionArn,
      memoryMb: settings.memoryMb,
      logGroup: settings.logGroup,
      logStream: this.logStream,
      logs,
    };
    this.worker = new Worker(settings.bootstrap, {
      workerData: data,
      env: { ...settings.variables, AWS_LAMBDA_LOG_STREAM_NAME: this.logStream },
      // Not the host's own flags (a loader, an inspector port): only this.
      execArgv: ['--enable-source-maps'],
      stdout: true,
      stderr: true,
      name: `lambda ${settings.functionName}`,
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
    });
    this.worker.on('message', (message: WorkerMessage) => this.receive(message));
    this.worker.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    this.worker.on('exit', (code) => this.onExit(code));
    this.timer = setTimeout(() => this.initTimedOut(initTimeoutMs), initTimeoutMs);
  }

  /** Share of the last quarter of a second or more that the thread was at work; the rest it waited for something. */
  utilization(): number {
    const now = performance.now();
    if (now - this.measuredAt > utilizationSampleMs) {
      const { eventLoopUtilization } = this.worker.performance;
      const current = eventLoopUtilization();
      this.lately = eventLoopUtilization(current, this.measured).utilization;
      [this.measured, this.measuredAt] = [current, now];
    }
    return this.lately;
  }

  get busy(): boolean {
    return this.current !== undefined;
  }

  /** Runs one invocation. `timeoutMs` 0: no limit (a debugger is attached). */
  run(job: Job, timeoutMs: number, done: (outcome: Outcome) => void): void {
    this.current = done;
    this.requestId = job.requestId;
    this.startedAt = performance.now();
    // A session in a debugger has all day.
    const deadline = Date.now() + (timeoutMs > 0 ? timeoutMs : 86_400_000);
    if (timeoutMs > 0) this.timer = setTimeout(() => this.timedOut(timeoutMs), timeoutMs);
    job.onStart(this);
    const message: InvokeMessage = [
      job.requestId,
      job.event,
      deadline,
      this.reader.position,
      job.clientContext,
    ];
    this.worker.postMessage(message);
  }

  /** Encoded log records since the last call. */
  takeLogs(): string {
    const written = this.reader.read();
    if (this.overflow === '') return written;
    // The shared buffer does not grow any more in a round that overflowed, so what it holds is older.
    const all = written + this.overflow;
    this.overflow = '';
    return all;
  }

  terminate(): void {
    if (this.gone) return;
    this.gone = true;
    clearTimeout(this.timer);
    void this.worker.terminate();
    this.owner.onGone(this);
  }

  /** The local cloud stops: whoever waits for the running invocation is told. */
  kill(): void {
    this.fail(
      'crashed',
      this.runtimeError('Runtime.ExitError', 'Runtime exited with error: signal: terminated'),
    );
  }

  private receive(message: WorkerMessage): void {
    switch (message[0]) {
      case 'done':
        this.heapUsed = message[2];
        this.finish('done', message[1]);
        return;
      case 'failed':
        this.heapUsed = message[2];
        this.finish('failed', message[1]);
        return;
      case 'log':
        this.overflow = this.takeLogs() + message[1];
        return;
      case 'ready':
        clearTimeout(this.timer);
        this.heapUsed = message[1];
        this.loaded = true;
        // Loading is all work and says nothing about what invocations do.
        this.measured = this.worker.performance.eventLoopUtilization();
        this.measuredAt = performance.now();
        this.initMs = performance.now() - this.createdAt;
        if (!this.gone) this.owner.onReady(this);
        return;
      case 'init-failed':
        this.fail('init-failed', message[1]);
        return;
      case 'fatal':
        this.fail('crashed', message[1]);
    }
  }

  private finish(kind: OutcomeKind, payload: string): void {
    const done = this.current;
    if (!done) return;
    clearTimeout(this.timer);
    this.current = undefined;
    done({ kind, payload, durationMs: performance.now() - this.startedAt });
    if (!this.gone) this.owner.onIdle(this);
  }

  /** The environment is lost; so is what it was doing. */
  private fail(kind: 'crashed' | 'init-failed' | 'timed-out', payload: string): void {
    if (this.gone) return;
    const done = this.current;
    this.current = undefined;
    if (!done) this.owner.onLost(this, this.loaded ? undefined : payload);
    this.terminate();
    done?.({ kind, payload, durationMs: performance.now() - this.startedAt });
  }

  private timedOut(timeoutMs: number): void {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.fail('timed-out', this.runtimeError('Sandbox.Timedout', message));
  }

  private initTimedOut(timeoutMs: number): void {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.fail('init-failed', this.runtimeError('Sandbox.Timedout', message));
  }

  private onError(error: NodeJS.ErrnoException): void {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    const type = outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError';
    const reason = outOfMemory ? 'signal: killed' : error.message;
    this.fail('crashed', this.runtimeError(type, `Runtime exited with error: ${reason}`));
  }

  private onExit(code: number): void {
    const reason =
      code === 0
        ? 'Runtime exited without providing a reason'
        : `Runtime exited with error: exit status ${code}`;
    this.fail('crashed', this.runtimeError('Runtime.ExitError', reason));
  }

  private runtimeError(errorType: string, message: string): string {
    const prefix = this.requestId === '' ? '' : `RequestId: ${this.requestId} `;
    return JSON.stringify({ errorType, errorMessage: `${prefix}Error: ${message}` });
  }
}
