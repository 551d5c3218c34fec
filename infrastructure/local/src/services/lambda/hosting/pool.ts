import { url as inspectorUrl } from 'node:inspector';
import { AwsError } from '../../../endpoint/aws';
import type { Capacity, Tenant } from './capacity';
import {
  Environment,
  type EnvironmentOwner,
  type EnvironmentSettings,
  type Job,
  type Outcome,
} from './environment';

export interface PoolSettings {
  /** Undefined while the code is being built: then {@link codeReady} tells when to ask again. */
  environment(): EnvironmentSettings | undefined;
  /** Rejects with the build's error. */
  codeReady(): Promise<void>;
  timeoutMs(): number;
  reservedConcurrency(): number | undefined;
  /** Log lines of an environment that no invocation will collect (it failed to load, or died idle). */
  onOrphanLogs(environment: Environment): void;
}

export interface PoolLimits {
  /** How long an invocation waits for an environment before it is throttled. */
  readonly queueWaitMs: number;
  readonly initTimeoutMs: number;
}

/** How long the first of a queue waits per environment before a busy machine gets one more. */
const saturatedPatienceMs = 2_000;
/** Environments at work for less than this share of their time wait for something slow: more of them would help. */
const mostlyWaiting = 0.02;

interface Waiting {
  readonly job: Job;
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The environments of one function. The most recently used warm one is preferred, so that those a burst has left
 * behind grow old. A further one is started only when waiting for a warm one would take longer than loading it, and
 * the more there are the less readily: on few CPUs more threads soon stop to mean more work done.
 */
export class FunctionPool implements EnvironmentOwner, Tenant {
  /** Used as a stack. */
  private readonly idle: Environment[] = [];
  private readonly busy = new Set<Environment>();
  private readonly loading = new Set<Environment>();
  private readonly queue: Waiting[] = [];
  private awaitingCode = false;
  private timer: NodeJS.Timeout | undefined;
  private averageMs: number | undefined;
  private averageInitMs = 150;
  private closed = false;

  constructor(
    private readonly settings: PoolSettings,
    private readonly capacity: Capacity,
    private readonly limits: PoolLimits,
  ) {
    capacity.join(this);
  }

  /** Invocations that run or wait. */
  get inFlight(): number {
    return this.busy.size + this.queue.length;
  }

  get environments(): number {
    return this.idle.length + this.busy.size + this.loading.size;
  }

  /** Throws AwsError `TooManyRequestsException`. */
  run(job: Job): Promise<Outcome> {
    const reserved = this.settings.reservedConcurrency();
    if (reserved !== undefined && this.inFlight >= reserved)
      return Promise.reject(throttled('ReservedFunctionConcurrentInvocationLimitExceeded'));
    return new Promise((resolve, reject) => {
      const environment = this.idle.pop();
      if (environment) {
        this.begin(environment, { job, since: 0, resolve, reject });
        return;
      }
      this.queue.push({ job, since: performance.now(), resolve, reject });
      this.evaluate();
    });
  }

  /** Starts an environment where there is none, if there is room and nothing else to load. */
  warm(): void {
    const settings = this.settings.environment();
    if (settings && this.environments === 0 && this.capacity.take(this, false)) this.load(settings);
  }

  /** Code or configuration changed: what runs goes on with the old one, everything else starts anew. */
  retire(): void {
    for (const environment of this.idle.splice(0)) environment.terminate();
    for (const environment of [...this.busy, ...this.loading]) environment.stale = true;
  }

  /** Ends environments idle since before `before` (performance.now()). */
  reap(before: number): void {
    while (this.oldestIdle() < before) this.evictOldest();
  }

  /** The function is deleted: what runs may end. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.capacity.leave(this);
    const gone = new AwsError('ResourceNotFoundException', 'The function was deleted', 404);
    for (const waiting of this.queue.splice(0)) waiting.reject(gone);
    this.retire();
  }

  kill(): void {
    this.close();
    for (const environment of [...this.busy, ...this.loading]) environment.kill();
  }

  /** Environments that have been at one invocation for longer than `ms`. */
  *longRunning(ms: number): Generator<Environment> {
    const before = performance.now() - ms;
    for (const environment of this.busy) if (environment.startedAt < before) yield environment;
  }

  evaluate(): void {
    while (!this.closed && !this.awaitingCode && this.queue.length > 0 && this.wantsAnother()) {
      const settings = this.settings.environment();
      if (!settings) void this.awaitCode();
      else if (this.capacity.take(this, this.environments === 0)) this.load(settings);
      else break;
    }
    this.arm();
  }

  oldestIdle(): number {
    return this.idle[0]?.idleSince ?? Infinity;
  }

  evictOldest(): void {
    this.idle.shift()?.terminate();
  }

  onReady(environment: Environment): void {
    this.averageInitMs += ((environment.initMs ?? 0) - this.averageInitMs) / 4;
    this.loading.delete(environment);
    this.capacity.loaded();
    this.onIdle(environment);
  }

  onIdle(environment: Environment): void {
    this.busy.delete(environment);
    if (environment.stale || this.closed) {
      environment.terminate();
      this.evaluate();
      return;
    }
    const next = this.queue.shift();
    if (next) {
      this.begin(environment, next);
      return;
    }
    environment.idleSince = performance.now();
    this.idle.push(environment);
    this.capacity.idle();
  }

  onLost(environment: Environment, initError: string | undefined): void {
    this.settings.onOrphanLogs(environment);
    if (initError !== undefined) this.failFirst(initError, performance.now() - environment.createdAt);
  }

  onGone(environment: Environment): void {
    this.busy.delete(environment);
    const index = this.idle.indexOf(environment);
    if (index >= 0) this.idle.splice(index, 1);
    if (this.loading.delete(environment)) this.capacity.loaded();
    this.capacity.ended();
    this.evaluate();
  }

  private load(settings: EnvironmentSettings): void {
    this.loading.add(new Environment(settings, this, this.limits.initTimeoutMs));
  }

  private begin(environment: Environment, waiting: Waiting): void {
    this.busy.add(environment);
    // Stepping through code takes longer than any timeout.
    const timeoutMs = inspectorUrl() === undefined ? this.settings.timeoutMs() : 0;
    environment.run(waiting.job, timeoutMs, (outcome) => {
      this.averageMs =
        this.averageMs === undefined
          ? outcome.durationMs
          : this.averageMs + (outcome.durationMs - this.averageMs) / 8;
      waiting.resolve(outcome);
    });
  }

  private wantsAnother(): boolean {
    const coming = this.loading.size;
    const all = this.busy.size + coming;
    if (all === 0) return true;
    const reserved = this.settings.reservedConcurrency() ?? Infinity;
    if (this.environments >= reserved || coming >= this.queue.length) return false;
    const saturated = this.capacity.saturated;
    // On a busy machine a longer queue is no sign that another thread would help: it would only be one more that
    // loads the same code and has it compiled.
    if (saturated && this.utilization() > mostlyWaiting) return false;
    const patience = saturated ? saturatedPatienceMs * all : this.averageInitMs * (1 + all / 2);
    if (this.averageMs !== undefined && (this.averageMs * this.queue.length) / all > patience) return true;
    const waited = performance.now() - (this.queue[0]?.since ?? 0);
    // No figure yet (the first burst of a function), or the averages deceive: the first in the queue still waits.
    return waited >= (this.averageMs === undefined && this.busy.size > 0 ? patience / 2 : patience);
  }

  private utilization(): number {
    let sum = 0;
    for (const environment of this.busy) sum += environment.utilization();
    return this.busy.size === 0 ? 1 : sum / this.busy.size;
  }

  private async awaitCode(): Promise<void> {
    this.awaitingCode = true;
    try {
      await this.settings.codeReady();
    } catch (error) {
      const errorMessage = error instanceof Error ? error.message : String(error);
      const payload = JSON.stringify({ errorType: 'Runtime.ImportModuleError', errorMessage, trace: [] });
      while (this.queue.length > 0) this.failFirst(payload, 0);
    }
    this.awaitingCode = false;
    this.evaluate();
  }

  /** An invocation that needed a new environment gets the error that kept it from loading. */
  private failFirst(payload: string, durationMs: number): void {
    this.queue.shift()?.resolve({ kind: 'init-failed', payload, durationMs });
  }

  private arm(): void {
    const first = this.queue[0];
    if (!first || this.timer || this.closed) return;
    const delay = Math.max(10, Math.min(this.averageInitMs, this.limits.queueWaitMs));
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.expire();
      this.evaluate();
    }, delay);
  }

  private expire(): void {
    const before = performance.now() - this.limits.queueWaitMs;
    while (this.queue[0] && this.queue[0].since < before && this.loading.size === 0 && !this.awaitingCode) {
      this.queue.shift()?.reject(throttled('ConcurrentInvocationLimitExceeded'));
    }
  }
}

function throttled(reason: string): AwsError {
  return new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429, { Reason: reason, Type: 'User' });
}
