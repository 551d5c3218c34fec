import { backOff, pause } from '../../../lib/connection';
import { ApiError } from '../../../lib/api-client';

/**
 * Runs a task that has to succeed sometime: callers share the one that is under way, and after a failure it is tried
 * again by itself, with growing pauses and as soon as the network is back.
 */
export class Persistent<T> {
  private running: Promise<T> | undefined;
  private failures = 0;
  private notBefore = 0;
  private waiting = false;
  private trouble = new Error('has not been tried');

  constructor(
    private readonly task: () => Promise<T>,
    private readonly onTrouble: (trouble: unknown) => void,
  ) {}

  /** Rejects with why it failed this time. Before the shop wants to be asked again it is not asked. */
  now(): Promise<T> {
    if (this.running) return this.running;
    if (Date.now() < this.notBefore) return Promise.reject(this.trouble);
    this.running = this.try().finally(() => (this.running = undefined));
    return this.running;
  }

  private async try(): Promise<T> {
    try {
      const result = await this.task();
      this.settle();
      return result;
    } catch (error) {
      this.failures += 1;
      this.trouble = error instanceof Error ? error : new Error(String(error));
      this.notBefore = Date.now() + this.retryAfter() * 1_000;
      this.onTrouble(error);
      void this.keepTrying();
      throw error;
    }
  }

  /** Nothing is left to be tried. */
  settle(): void {
    this.failures = 0;
    this.notBefore = 0;
    this.onTrouble(undefined);
  }

  private async keepTrying(): Promise<void> {
    if (this.waiting) return;
    this.waiting = true;
    while (this.failures > 0) {
      await pause(backOff(this.failures, this.retryAfter()));
      if (this.failures > 0) await this.now().catch(() => undefined);
    }
    this.waiting = false;
  }

  private retryAfter(): number {
    return this.trouble instanceof ApiError ? (this.trouble.retryAfter ?? 0) : 0;
  }
}
