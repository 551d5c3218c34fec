import { ClassicLevel } from 'classic-level';

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };

export interface StoreOptions {
  /** After a write that the disk refused, until the next attempt. */
  readonly retryMs?: number;
}

/** Small records that are soon written again: compressing them costs more than the disk space is worth. */
const compression = false;

/**
 * Everything the local cloud keeps. Working state lives in memory (see {@link Collection}); each change is also
 * queued here and written to LevelDB in batches, one batch in flight at a time. A caller that answers a client
 * first awaits {@link Store.flushed}: what was acknowledged is then with the operating system and survives
 * `kill -9` of this process. Where the disk refuses (it is full), those who wait are told, so that clients try again;
 * the changes stay queued and are written as soon as it takes them.
 */
export class Store {
  /** By key: of several changes of one record only the last is written. */
  private queued = new Map<string, Operation>();
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private refused: Error | undefined;
  private retry: NodeJS.Timeout | undefined;

  private constructor(
    private readonly db: ClassicLevel<string, string>,
    private readonly retryMs: number,
  ) {}

  static async open(directory: string, { retryMs = 500 }: StoreOptions = {}): Promise<Store> {
    const db = new ClassicLevel<string, string>(directory, {
      keyEncoding: 'utf8',
      valueEncoding: 'utf8',
      compression,
    });
    await db.open();
    return new Store(db, retryMs);
  }

  /** Loads a named map into memory. Names must not contain `!`; values must survive JSON. */
  async collection<T>(name: string): Promise<Collection<T>> {
    const prefix = `${name}!`;
    const entries = new Map<string, T>();
    for await (const [key, value] of this.db.iterator({ gte: prefix, lt: `${name}"` })) {
      entries.set(key.slice(prefix.length), JSON.parse(value) as T);
    }
    return new Collection(entries, prefix, this);
  }

  /** A log that is too large to be held in memory: append only, read by range. Keys sort bytewise. */
  log(name: string): Log {
    return new Log(this.db, `${name}!`, this);
  }

  /** @internal */
  write(operation: Operation): void {
    this.queued.set(operation.key, operation);
  }

  /** Resolves when every change made so far has been written. Rejects where the disk refuses. */
  async flushed(): Promise<void> {
    if (this.refused) throw this.refused;
    if (this.queued.size > 0) {
      this.next ??= (this.running ?? Promise.resolve()).catch(() => undefined).then(() => this.drain());
      await this.next;
    } else {
      await this.running;
    }
  }

  /** The same for work that nobody outside would repeat: waits while the disk refuses, until it has taken everything. */
  async written(): Promise<void> {
    for (;;) {
      try {
        return await this.flushed();
      } catch {
        // told where it was refused
        await new Promise((resolve) => setTimeout(resolve, this.retryMs).unref());
      }
    }
  }

  private async drain(): Promise<void> {
    const batch = this.queued;
    this.queued = new Map();
    this.next = undefined;
    this.running = this.db.batch([...batch.values()]);
    try {
      await this.running;
    } catch (error) {
      this.queued = new Map([...batch, ...this.queued]);
      this.suspend(error as Error);
      throw error;
    } finally {
      this.running = undefined;
    }
  }

  /** Until the disk takes writes again, nobody waits in vain. */
  private suspend(error: Error): void {
    if (!this.refused) console.error(`local cloud: ${error.message}. Trying again until it can be written.`);
    this.refused = error;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.resume(), this.retryMs);
  }

  /** LevelDB may have written half a record, after which it must not go on: it is opened anew. */
  private async resume(): Promise<void> {
    try {
      await this.db.close();
      await this.db.open();
      await this.drain();
    } catch (error) {
      return this.suspend(error as Error);
    }
    this.refused = undefined;
    console.error('local cloud: what had waited has been written again.');
  }

  async close(): Promise<void> {
    clearTimeout(this.retry);
    await this.flushed().finally(() => this.db.close());
  }
}

/** A map in memory whose changes are written through. `set` again after you change a value in place. */
export class Collection<T> {
  constructor(
    private readonly entries: Map<string, T>,
    private readonly prefix: string,
    private readonly store: Store,
  ) {}

  get size(): number {
    return this.entries.size;
  }
  get(key: string): T | undefined {
    return this.entries.get(key);
  }
  has(key: string): boolean {
    return this.entries.has(key);
  }
  set(key: string, value: T): void {
    this.entries.set(key, value);
    this.store.write({ type: 'put', key: this.prefix + key, value: JSON.stringify(value) });
  }
  delete(key: string): boolean {
    const existed = this.entries.delete(key);
    if (existed) this.store.write({ type: 'del', key: this.prefix + key });
    return existed;
  }
  keys(): IterableIterator<string> {
    return this.entries.keys();
  }
  values(): IterableIterator<T> {
    return this.entries.values();
  }
  [Symbol.iterator](): IterableIterator<[string, T]> {
    return this.entries.entries();
  }
}

/** Append-only records on disk, e.g. log lines and execution histories. */
export class Log {
  constructor(
    private readonly db: ClassicLevel<string, string>,
    private readonly prefix: string,
    private readonly store: Store,
  ) {}

  append(key: string, value: unknown): void {
    this.store.write({ type: 'put', key: this.prefix + key, value: JSON.stringify(value) });
  }

  delete(key: string): void {
    this.store.write({ type: 'del', key: this.prefix + key });
  }

  /** One record, or undefined. Sees what was appended before the call. */
  async get<T>(key: string): Promise<T | undefined> {
    await this.store.flushed();
    const value = await this.db.get(this.prefix + key);
    return value === undefined ? undefined : (JSON.parse(value) as T);
  }

  /** Records with `from <= key < to`, oldest first (or newest first). Sees what was appended before the call. */
  async *range<T>(
    from: string,
    to: string,
    options: { reverse?: boolean; limit?: number } = {},
  ): AsyncGenerator<[string, T]> {
    await this.store.flushed();
    const bounds = { gte: this.prefix + from, lt: this.prefix + to };
    for await (const [key, value] of this.db.iterator({
      ...bounds,
      reverse: options.reverse ?? false,
      limit: options.limit ?? -1,
    })) {
      yield [key.slice(this.prefix.length), JSON.parse(value) as T];
    }
  }
}
