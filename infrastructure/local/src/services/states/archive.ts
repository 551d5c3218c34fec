import type { Collection, Log, Store } from '../../store/store';
import type { HistoryEvent } from './history';
import type { ExecutionRecord, ExecutionStatus, Progress } from './record';

export interface Retention {
  /** How long ended executions are kept (AWS: 90 days). */
  readonly days: number;
  /** How many ended executions are kept per state machine. */
  readonly executions: number;
}

/** A line of ListExecutions. */
export interface Listed {
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
  readonly redriveCount?: number;
  readonly redrivenAt?: number;
}

const sweepEvery = 10_000;

/**
 * Executions on disk. Running ones are in memory too (they are what is taken up again after a restart); ended
 * ones and all histories are read when asked for. One step of an execution writes two records: its progress and
 * the events since the last write. Both go into the same LevelDB batch, so they never disagree.
 */
export class Archive {
  private endedSinceSweep = 0;
  private sweeping: Promise<void> | undefined;

  private constructor(
    private readonly records: Collection<ExecutionRecord>,
    private readonly progress: Collection<Progress>,
    private readonly ended: Log,
    private readonly index: Log,
    private readonly histories: Log,
    private readonly retention: Retention,
  ) {}

  static async open(store: Store, retention: Retention): Promise<Archive> {
    return new Archive(
      await store.collection('states.running'),
      await store.collection('states.progress'),
      store.log('states.ended'),
      store.log('states.index'),
      store.log('states.history'),
      retention,
    );
  }

  *running(): Generator<{ record: ExecutionRecord; progress: Progress }> {
    for (const [key, record] of this.records) {
      const progress = this.progress.get(key);
      if (progress) yield { record, progress };
    }
  }

  begin(record: ExecutionRecord): void {
    this.records.set(record.key, record);
    this.list(record);
  }

  step(key: string, progress: Progress, events: readonly HistoryEvent[]): void {
    this.progress.set(key, progress);
    this.appendEvents(key, events);
  }

  end(record: ExecutionRecord, events: readonly HistoryEvent[]): void {
    this.records.delete(record.key);
    this.progress.delete(record.key);
    this.appendEvents(record.key, events);
    this.ended.append(record.key, record);
    this.list(record);
    if (++this.endedSinceSweep >= sweepEvery) void this.sweep(Date.now());
  }

  /** Takes an ended execution back among the running ones. */
  reopen(record: ExecutionRecord): void {
    this.ended.delete(record.key);
    this.begin(record);
  }

  /** An execution that has ended. */
  async find(key: string): Promise<ExecutionRecord | undefined> {
    return this.ended.get<ExecutionRecord>(key);
  }

  private appendEvents(key: string, events: readonly HistoryEvent[]): void {
    const first = events[0];
    if (first) this.histories.append(`${key}/${padded(first.id, 6)}`, events);
  }

  private list(record: ExecutionRecord): void {
    const { name, status, startedAt, stoppedAt, redriveCount, redrivenAt } = record;
    const line: Listed = {
      name,
      status,
      startedAt,
      ...(stoppedAt !== undefined && { stoppedAt }),
      ...(redriveCount !== undefined && { redriveCount }),
      ...(redrivenAt !== undefined && { redrivenAt }),
    };
    this.index.append(indexKey(record.machine, startedAt, name), line);
  }

  /** Newest first, from before `cursor` (a cursor of an earlier page). */
  async executions(
    machine: string,
    options: { status?: string; cursor?: string; limit: number; accept?: (line: Listed) => boolean },
  ): Promise<{ lines: Listed[]; cursor?: string }> {
    const lines: Listed[] = [];
    let cursor: string | undefined;
    const from = `${machine}/`;
    const to = options.cursor !== undefined ? `${from}${options.cursor}` : after(from);
    for await (const [key, line] of this.index.range<Listed>(from, to, { reverse: true })) {
      if (options.status !== undefined && line.status !== options.status) continue;
      if (options.accept && !options.accept(line)) continue;
      if (lines.length === options.limit) return { lines, ...(cursor !== undefined && { cursor }) };
      lines.push(line);
      cursor = key.slice(from.length);
    }
    return { lines };
  }

  /** Events in order, or newest first; the consumer stops when it has enough. */
  async *events(key: string, reverse: boolean): AsyncGenerator<HistoryEvent> {
    for await (const [, events] of this.histories.range<HistoryEvent[]>(`${key}/`, after(`${key}/`), {
      reverse,
    })) {
      yield* reverse ? events.reverse() : events;
    }
  }

  async event(key: string, id: number): Promise<HistoryEvent | undefined> {
    const range = this.histories.range<HistoryEvent[]>(`${key}/`, `${key}/${padded(id + 1, 6)}`, {
      reverse: true,
      limit: 1,
    });
    for await (const [, events] of range) return events.find((event) => event.id === id);
    return undefined;
  }

  /** Deletes ended executions that are too old or too many. Runs at start and after every 10,000 ends. */
  async sweep(now: number): Promise<void> {
    this.endedSinceSweep = 0;
    this.sweeping ??= this.deleteOld(now).finally(() => (this.sweeping = undefined));
    await this.sweeping;
  }

  private async deleteOld(now: number): Promise<void> {
    const oldest = now - this.retention.days * 86_400_000;
    const counts = new Map<string, number>();
    const all: { key: string; machine: string; execution: string; startedAt: number }[] = [];
    for await (const [key, line] of this.index.range<Listed>('', '\uffff')) {
      if (line.status === 'RUNNING') continue;
      const machine = key.slice(0, key.indexOf('/'));
      counts.set(machine, (counts.get(machine) ?? 0) + 1);
      all.push({ key, machine, execution: `${machine}/${line.name}`, startedAt: line.startedAt });
    }
    for (const { key, machine, execution, startedAt } of all) {
      const count = counts.get(machine) ?? 0;
      if (startedAt >= oldest && count <= this.retention.executions) continue;
      counts.set(machine, count - 1);
      // A redriven execution runs again under its old line.
      if (this.records.has(execution)) continue;
      this.index.delete(key);
      this.ended.delete(execution);
      for await (const [chunk] of this.histories.range(`${execution}/`, after(`${execution}/`)))
        this.histories.delete(chunk);
    }
  }

  /** Lets a sweep in progress end, before the store is closed. */
  async close(): Promise<void> {
    await this.sweeping;
  }
}

function indexKey(machine: string, startedAt: number, name: string): string {
  return `${machine}/${padded(startedAt, 14)}/${name}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/** The first key behind all keys that begin with `prefix` (which ends in a slash). */
function after(prefix: string): string {
  return `${prefix.slice(0, -1)}0`;
}
