import { randomUUID } from 'node:crypto';
import { AwsError } from '../../../endpoint/aws';
import type { Invocation } from '../../../ports';
import type { Collection } from '../../../store/store';
import type { HostedFunction } from '../hosting/hosted-function';

/** An asynchronous invocation that has not come to its end. */
export interface QueuedEvent {
  readonly requestId: string;
  readonly functionName: string;
  readonly payload: string;
  readonly queuedAt: number;
  /** Attempts that reached the function. */
  readonly attempts: number;
  readonly throttles: number;
  readonly notBefore: number;
}

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';

export interface AsyncEnd {
  readonly event: QueuedEvent;
  readonly condition: Condition;
  /** Of the last attempt; undefined where the event never reached the function. */
  readonly result: Invocation | undefined;
}

export interface EventQueueOptions {
  /** Wait after the first and the second failed attempt; 1 and 2 minutes on AWS. */
  readonly retryDelaysMs: readonly [number, number];
  find(functionName: string): HostedFunction | undefined;
  onEnd(end: AsyncEnd): Promise<void>;
}

const throttleDelayMs = 1000;
const maximumThrottleDelayMs = 300_000;
/** Events of one function that run at the same time; the others stand here instead of in the function's own queue. */
const parallelPerFunction = 4;

/**
 * Lambda's internal queue of asynchronous invocations, kept on disk until the event has succeeded or was given up.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class EventQueue {
  private readonly waiting = new Map<string, QueuedEvent[]>();
  private readonly active = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Infinity;
  private stopped = true;

  constructor(
    private readonly stored: Collection<QueuedEvent>,
    private readonly options: EventQueueOptions,
  ) {}

  get size(): number {
    return this.stored.size;
  }

  /** Goes on with what the last run left. */
  start(): void {
    this.stopped = false;
    const left = [...this.stored.values()].sort((a, b) => a.queuedAt - b.queuedAt);
    for (const event of left) this.put(event);
    for (const name of [...this.waiting.keys()]) this.pump(name);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** The event is on disk once the store is flushed. */
  add(functionName: string, payload: string, requestId: string = randomUUID()): void {
    const now = Date.now();
    const event: QueuedEvent = {
      requestId,
      functionName,
      payload,
      queuedAt: now,
      attempts: 0,
      throttles: 0,
      notBefore: now,
    };
    this.stored.set(event.requestId, event);
    this.put(event);
    if (!this.stopped) this.pump(functionName);
  }

  private put(event: QueuedEvent): void {
    const events = this.waiting.get(event.functionName);
    if (events) events.push(event);
    else this.waiting.set(event.functionName, [event]);
  }

  private pump(name: string): void {
    const events = this.waiting.get(name);
    const now = Date.now();
    while (
      !this.stopped &&
      events &&
      events.length > 0 &&
      (this.active.get(name) ?? 0) < parallelPerFunction
    ) {
      const index = events.findIndex((event) => event.notBefore <= now);
      const [event] = index < 0 ? [] : events.splice(index, 1);
      if (!event) {
        this.wake(Math.min(...events.map(({ notBefore }) => notBefore)));
        return;
      }
      this.active.set(name, (this.active.get(name) ?? 0) + 1);
      void this.attempt(event);
    }
  }

  private wake(at: number): void {
    if (at >= this.wakeAt) return;
    this.wakeAt = at;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.wakeAt = Infinity;
        for (const name of [...this.waiting.keys()]) this.pump(name);
      },
      Math.max(1, at - Date.now()),
    ).unref();
  }

  private async attempt(event: QueuedEvent): Promise<void> {
    try {
      await this.invoke(event);
    } catch (error) {
      console.error(error);
      if (!this.stopped)
        this.again({ ...event, throttles: event.throttles + 1, notBefore: Date.now() + throttleDelayMs });
    }
    this.active.set(event.functionName, (this.active.get(event.functionName) ?? 1) - 1);
    this.pump(event.functionName);
  }

  private async invoke(event: QueuedEvent): Promise<void> {
    const hosted = this.options.find(event.functionName);
    if (!hosted) {
      this.stored.delete(event.requestId);
      return;
    }
    const { maximumEventAgeSeconds, maximumRetryAttempts } = hosted.record.async;
    const expiresAt = event.queuedAt + maximumEventAgeSeconds * 1000;
    if (Date.now() > expiresAt) return this.end({ event, condition: 'EventAgeExceeded', result: undefined });
    const result = await this.run(hosted, event);
    if (this.stopped) return;
    if (!result) {
      const delay = Math.min(maximumThrottleDelayMs, throttleDelayMs * 2 ** event.throttles);
      this.again({ ...event, throttles: event.throttles + 1, notBefore: Date.now() + delay });
      return;
    }
    const attempted: QueuedEvent = { ...event, attempts: event.attempts + 1 };
    if (result.functionError === undefined)
      return this.end({ event: attempted, condition: 'Success', result });
    if (attempted.attempts > maximumRetryAttempts)
      return this.end({ event: attempted, condition: 'RetriesExhausted', result });
    const delay = this.options.retryDelaysMs[attempted.attempts > 1 ? 1 : 0];
    this.again({ ...attempted, notBefore: Date.now() + delay });
  }

  /** Undefined where the function was throttled. */
  private async run(hosted: HostedFunction, event: QueuedEvent): Promise<Invocation | undefined> {
    try {
      return await hosted.invoke(event.payload, { requestId: event.requestId });
    } catch (error) {
      if (error instanceof AwsError && error.status === 429) return undefined;
      throw error;
    }
  }

  private again(event: QueuedEvent): void {
    this.stored.set(event.requestId, event);
    this.put(event);
    this.wake(event.notBefore);
  }

  private async end(end: AsyncEnd): Promise<void> {
    await this.options.onEnd(end);
    this.stored.delete(end.event.requestId);
  }
}
