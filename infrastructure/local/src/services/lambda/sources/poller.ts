import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../../../endpoint/aws';
import type { CloudContext, Invocation, ReceivedMessage } from '../../../ports';
import { batchEvent, succeededMessages } from './batch';
import type { Filter } from './filter';
import type { Mapping } from './mapping';

export interface PollerOptions {
  readonly ctx: CloudContext;
  readonly mapping: Mapping;
  readonly filter: Filter | undefined;
  invoke(payload: string): Promise<Invocation>;
}

/** What one request to the queue may bring. */
const receiveMaximum = 10;
const longPollMs = 20_000;
const maximumEventBytes = 6 * 1024 * 1024;
/** Concurrent batches: what a mapping begins with, and what it may reach where it sets no maximum. */
const initialConcurrency = 2;
const defaultMaximum = 8;
/** A backlog must last this long before one more batch runs at the same time. */
const growAfterMs = 250;
const firstBackoffMs = 100;
const maximumBackoffMs = 5000;
const attemptsWhenThrottled = 6;

/**
 * Takes batches from one queue to one function. There is one reader, which only fetches when a batch may start at
 * once: a lone message goes out without any delay, and while all slots are taken messages gather in the queue, so
 * that under load batches are full. Slots are added one by one while a backlog lasts, and given back when it is gone.
 */
export class Poller {
  private readonly aborter = new AbortController();
  private readonly running = new Set<Promise<void>>();
  private concurrency: number;
  private backlogSince: number | undefined;
  private slotFreed: (() => void) | undefined;
  private readonly finished: Promise<void>;

  constructor(private readonly options: PollerOptions) {
    this.concurrency = Math.min(initialConcurrency, this.maximum);
    this.finished = this.poll();
  }

  get slots(): number {
    return this.concurrency;
  }

  /** Stops fetching; resolves when what was fetched has been dealt with. */
  async stop(): Promise<void> {
    this.aborter.abort();
    this.slotFreed?.();
    await this.finished;
    await Promise.all(this.running);
  }

  private get maximum(): number {
    return this.options.mapping.maximumConcurrency ?? defaultMaximum;
  }

  private get stopped(): boolean {
    return this.aborter.signal.aborted;
  }

  private async poll(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      try {
        if (this.running.size >= this.concurrency) await this.freeSlot();
        else await this.dispatch(await this.fetch());
        failures = 0;
      } catch (error) {
        if (this.stopped) return;
        // The queue does not exist (any more); it may be made again.
        if (failures === 0) console.error(`Mapping of ${this.options.mapping.queueArn}: ${String(error)}`);
        failures += 1;
        await this.pause(Math.min(maximumBackoffMs, firstBackoffMs * 2 ** failures));
      }
    }
  }

  private async freeSlot(): Promise<void> {
    // Whoever waits here for long while messages wait too is short of slots.
    const timer = setTimeout(() => this.grow(), growAfterMs);
    await new Promise<void>((resolve) => (this.slotFreed = resolve));
    this.slotFreed = undefined;
    clearTimeout(timer);
  }

  /** One batch; empty where nothing came for a while. */
  private async fetch(): Promise<ReceivedMessage[]> {
    const { ctx, mapping } = this.options;
    const batch = await this.receive(mapping.batchSize, longPollMs);
    if (batch.length === 0 || this.stopped) return batch;
    const until = Date.now() + mapping.windowSeconds * 1000;
    let bytes = sizeOf(batch);
    while (batch.length < mapping.batchSize && bytes < maximumEventBytes / 2 && !this.stopped) {
      const waitMs = until - Date.now();
      if (waitMs <= 0 && ctx.ports.queues.depth(mapping.queueArn) === 0) break;
      const more = await this.receive(mapping.batchSize - batch.length, Math.max(0, waitMs));
      if (more.length === 0 && waitMs <= 0) break;
      batch.push(...more);
      bytes += sizeOf(more);
    }
    return batch;
  }

  private receive(max: number, waitMs: number): Promise<ReceivedMessage[]> {
    const { ctx, mapping } = this.options;
    return ctx.ports.queues.receive(mapping.queueArn, {
      max: Math.min(max, receiveMaximum),
      waitMs,
      signal: this.aborter.signal,
    });
  }

  private async dispatch(fetched: readonly ReceivedMessage[]): Promise<void> {
    if (fetched.length === 0) {
      this.concurrency = Math.min(initialConcurrency, this.maximum);
      return;
    }
    this.adapt(fetched.length);
    const { filter } = this.options;
    const batch = filter ? fetched.filter((message) => filter(message)) : fetched;
    // Messages that no filter wants are removed from the queue, as on AWS.
    if (batch.length < fetched.length)
      await this.delete(fetched.filter((message) => !batch.includes(message)));
    if (batch.length === 0) return;
    const work = this.process(batch)
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        this.running.delete(work);
        this.slotFreed?.();
      });
    this.running.add(work);
  }

  private adapt(fetched: number): void {
    const { ctx, mapping } = this.options;
    if (fetched < mapping.batchSize || ctx.ports.queues.depth(mapping.queueArn) < mapping.batchSize) {
      this.backlogSince = undefined;
      if (this.concurrency > initialConcurrency && this.running.size < this.concurrency / 2)
        this.concurrency -= 1;
      return;
    }
    const now = Date.now();
    this.backlogSince ??= now;
    if (now - this.backlogSince < growAfterMs) return;
    this.backlogSince = now;
    this.concurrency = Math.min(this.maximum, this.concurrency + 1);
  }

  private grow(): void {
    const { ctx, mapping } = this.options;
    if (this.stopped || ctx.ports.queues.depth(mapping.queueArn) === 0) return;
    this.concurrency = Math.min(this.maximum, this.concurrency + 1);
    if (this.running.size < this.concurrency) this.slotFreed?.();
  }

  private async process(batch: readonly ReceivedMessage[]): Promise<void> {
    const { ctx, mapping } = this.options;
    const result = await this.invoke(batchEvent(batch, mapping.queueArn, ctx.region));
    // What is not deleted comes back after its visibility timeout, and in the end goes to the dead letter queue.
    if (!result || result.functionError !== undefined) return;
    await this.delete(mapping.reportBatchItemFailures ? succeededMessages(batch, result.payload) : batch);
  }

  private async delete(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const handles = messages.map(({ receiptHandle }) => receiptHandle);
    await this.options.ctx.ports.queues.delete(this.options.mapping.queueArn, handles);
  }

  /** Undefined where the function is throttled for good: one slot less, and the messages return to the queue. */
  private async invoke(payload: string): Promise<Invocation | undefined> {
    for (let attempt = 0; attempt < attemptsWhenThrottled && !this.stopped; attempt += 1) {
      try {
        return await this.options.invoke(payload);
      } catch (error) {
        if (!(error instanceof AwsError) || error.status !== 429) throw error;
        this.concurrency = Math.max(1, this.concurrency - 1);
        await this.pause(firstBackoffMs * 2 ** attempt * (0.5 + Math.random() / 2));
      }
    }
    return undefined;
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.aborter.signal, ref: false }).catch(() => undefined);
  }
}

function sizeOf(messages: readonly ReceivedMessage[]): number {
  return messages.reduce((sum, { body }) => sum + body.length, 0);
}
