import { faultOf } from '@yorozu/service-kit/unavailable';

interface Waiting<I, O> {
  readonly input: I;
  readonly resolve: (output: O) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatcherOptions<I, O> {
  /** Handles many inputs at once; the outputs are in the order of the inputs. */
  readonly run: (inputs: readonly I[]) => Promise<readonly O[]>;
  readonly maxSize: number;
  /** How many batches may be under way at once. While they are, new inputs gather into the next batch. */
  readonly concurrency: number;
}

/** A batch that takes longer, in milliseconds, may hang on a silent connection: it no longer keeps the next one waiting. */
const slowMs = 250;
/** How many times `concurrency` may be under way with slow ones. */
const mostSlow = 4;

/**
 * Groups concurrent calls into batches: an idle batcher starts with what one turn of the event loop brought, a busy
 * one with what gathered meanwhile, so latency stays low and batches grow with the load by themselves.
 * A batch that fails for a reason of its own is repeated one by one, so that an input which cannot be handled fails
 * alone: `run` must be safe to repeat.
 */
export class Batcher<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running = 0;
  /** Of those running, the ones that have become slow. */
  private slow = 0;
  private scheduled = false;

  constructor(private readonly options: BatcherOptions<I, O>) {}

  add(input: I): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      this.waiting.push({ input, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || !this.hasRoom()) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.startBatch();
    });
  }

  private hasRoom(): boolean {
    const { concurrency } = this.options;
    return this.running - this.slow < concurrency && this.running < concurrency * mostSlow;
  }

  private startBatch(): void {
    const batch = this.waiting.splice(0, this.options.maxSize);
    if (batch.length === 0) return;
    this.running += 1;
    let slow = false;
    const timer = setTimeout(() => {
      slow = true;
      this.slow += 1;
      if (this.waiting.length > 0) this.schedule();
    }, slowMs);
    void this.handle(batch).finally(() => {
      clearTimeout(timer);
      this.running -= 1;
      if (slow) this.slow -= 1;
      if (this.waiting.length > 0) this.schedule();
    });
    if (this.waiting.length > 0) this.schedule();
  }

  private async handle(batch: readonly Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await this.options.run(batch.map((one) => one.input));
      if (outputs.length !== batch.length)
        throw new Error(`a batch of ${batch.length} gave ${outputs.length} outputs`);
      batch.forEach((one, index) => one.resolve(outputs[index] as O));
    } catch (error) {
      const fault = faultOf(error);
      if (batch.length === 1 || fault === 'lost' || fault === 'away')
        batch.forEach((one) => one.reject(error));
      else for (const one of batch) await this.handle([one]);
    }
  }
}
