import { randomUUID } from 'node:crypto';
import type { Collection } from '../store/store';
import { TimerHeap, type Timed } from './timer-heap';

/** A job that failed and will be tried again. Kept on disk. */
export interface Retry<T> {
  readonly id: string;
  readonly job: T;
  /** Epoch milliseconds of the first attempt. */
  readonly firstAt: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly nextAt: number;
}

export interface RetryHandlers<T> {
  attempt(job: T): Promise<void>;
  /** Milliseconds until the next attempt; undefined: give up. */
  pause(retry: Retry<T>, error: unknown): number | undefined;
  giveUp(retry: Retry<T>, error: unknown): Promise<void>;
}

interface Waiting<T> extends Timed {
  readonly retry: Retry<T>;
}

/**
 * Tries jobs until they succeed or are given up. What waits for its next attempt is written through, so that it is
 * tried after a restart too; a job may thus be done twice, never lost.
 */
export class RetryQueue<T> {
  private readonly waiting = new TimerHeap<Waiting<T>>();
  private readonly running = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private timerAt = Infinity;
  private stopped = false;

  constructor(
    private readonly records: Collection<Retry<T>>,
    private readonly handlers: RetryHandlers<T>,
  ) {}

  /** Takes up what an earlier run left. */
  start(): void {
    for (const retry of this.records.values()) this.wait(retry);
  }

  /** Lets attempts end that are under way; what they leave is on disk. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await Promise.all(this.running);
  }

  /** Resolves when the job is done, given up or waiting for a retry. Rejects only where giving up fails. */
  async run(job: T): Promise<void> {
    try {
      await this.handlers.attempt(job);
    } catch (error) {
      await this.failed({ id: randomUUID(), job, firstAt: Date.now(), retries: 0, nextAt: 0 }, error);
    }
  }

  private async failed(retry: Retry<T>, error: unknown): Promise<void> {
    const pause = this.handlers.pause(retry, error);
    if (pause === undefined) {
      await this.handlers.giveUp(retry, error);
      this.records.delete(retry.id);
      return;
    }
    const next = { ...retry, retries: retry.retries + 1, nextAt: Date.now() + pause };
    this.records.set(next.id, next);
    this.wait(next);
  }

  private wait(retry: Retry<T>): void {
    this.waiting.push({ retry, dueAt: retry.nextAt, heapIndex: -1 });
    this.arm();
  }

  private arm(): void {
    const next = this.waiting.peek()?.dueAt;
    if (this.stopped || next === undefined || next >= this.timerAt) return;
    clearTimeout(this.timer);
    this.timerAt = next;
    this.timer = setTimeout(() => this.runDue(), Math.max(1, next - Date.now()));
    this.timer.unref();
  }

  private runDue(): void {
    this.timerAt = Infinity;
    const now = Date.now();
    for (let due = this.waiting.popDue(now); due; due = this.waiting.popDue(now)) {
      const run: Promise<void> = this.again(due.retry)
        .catch((error: unknown) => console.error(error))
        .finally(() => this.running.delete(run));
      this.running.add(run);
    }
    this.arm();
  }

  private async again(retry: Retry<T>): Promise<void> {
    try {
      await this.handlers.attempt(retry.job);
      this.records.delete(retry.id);
    } catch (error) {
      await this.failed(retry, error);
    }
  }
}
