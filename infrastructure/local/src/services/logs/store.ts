import type { Collection, Log, Store } from '../../store/store';

export interface LogEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  /** Sorts like the time, unique in its group, digits only as AWS's. */
  readonly id: string;
}

export interface LogStream {
  readonly name: string;
  readonly createdAt: number;
  firstEvent?: number;
  lastEvent?: number;
  lastIngestion?: number;
}

interface StoredStream extends LogStream {
  readonly group: string;
}

export interface LogGroup {
  readonly name: string;
  readonly createdAt: number;
  retentionDays?: number;
  tags: Readonly<Record<string, string>>;
  storedBytes: number;
  /** Number of the next chunk. */
  sequence: number;
}

/** What is on disk: events of one group, written together. `[stream, timestamp, message]`. */
interface Chunk {
  readonly at: number;
  readonly events: readonly (readonly [string, number, string])[];
}

interface Buffered {
  events: [string, number, string][];
  bytes: number;
}

/** A chunk spans no more than this, so that a search by time knows where to begin. */
const chunkSpanMs = 10_000;
const chunkBytes = 64 * 1024;
const flushAfterMs = 300;
/** Streams are not kept without bound: every environment of a function opens one. */
const maximumStreams = 500;

/**
 * Log groups on disk. Lines gather in memory for a moment and are written as one record: logging must not slow down
 * what is logged. The last 300 ms are lost if the process is killed.
 */
export class LogStore {
  private readonly buffers = new Map<string, Buffered>();
  private timer: NodeJS.Timeout | undefined;

  private readonly streams = new Map<string, Map<string, LogStream>>();
  private expiring = false;

  private constructor(
    private readonly chunks: Log,
    private readonly groups: Collection<LogGroup>,
    private readonly storedStreams: Collection<StoredStream>,
    private readonly maximumGroupBytes: number,
  ) {
    for (const group of groups.keys()) this.streams.set(group, new Map());
    for (const { group, ...stream } of storedStreams.values())
      this.streams.get(group)?.set(stream.name, stream);
  }

  static async open(store: Store, maximumGroupBytes: number): Promise<LogStore> {
    return new LogStore(
      store.log('logs.chunks'),
      await store.collection<LogGroup>('logs.groups'),
      await store.collection<StoredStream>('logs.streams'),
      maximumGroupBytes,
    );
  }

  group(name: string): LogGroup | undefined {
    return this.groups.get(name);
  }

  allGroups(): LogGroup[] {
    return [...this.groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  stream(group: string, name: string): LogStream | undefined {
    return this.streams.get(group)?.get(name);
  }

  streamsOf(group: string): LogStream[] {
    return [...(this.streams.get(group)?.values() ?? [])];
  }

  createGroup(name: string, tags: Readonly<Record<string, string>> = {}): LogGroup {
    const group: LogGroup = { name, createdAt: Date.now(), tags, storedBytes: 0, sequence: 0 };
    this.groups.set(name, group);
    this.streams.set(name, new Map());
    return group;
  }

  saveGroup(group: LogGroup): void {
    this.groups.set(group.name, group);
  }

  /** The group must exist. The stream that was quiet for the longest time gives way where there are too many. */
  createStream(group: string, name: string): LogStream {
    const stream: LogStream = { name, createdAt: Date.now() };
    const streams = this.streams.get(group);
    if (streams && streams.size >= maximumStreams) this.deleteStream(group, quietest(streams));
    streams?.set(name, stream);
    this.saveStream(group, stream);
    return stream;
  }

  /** Its events stay in the group's chunks until retention takes them, but are not shown any more. */
  deleteStream(group: string, name: string): void {
    this.streams.get(group)?.delete(name);
    this.storedStreams.delete(`${group}!${name}`);
  }

  async deleteGroup(name: string): Promise<void> {
    this.buffers.delete(name);
    this.groups.delete(name);
    for (const stream of this.streamsOf(name)) this.storedStreams.delete(`${name}!${stream.name}`);
    this.streams.delete(name);
    for await (const [key] of this.chunks.range(`${name}!`, `${name}"`)) this.chunks.delete(key);
  }

  /** Groups and streams are made where they do not exist. */
  append(
    groupName: string,
    streamName: string,
    events: readonly { timestamp: number; message: string }[],
  ): void {
    if (!this.groups.has(groupName)) this.createGroup(groupName);
    const stream = this.stream(groupName, streamName) ?? this.createStream(groupName, streamName);
    const now = Date.now();
    for (const { timestamp, message } of events) {
      let buffer = this.buffers.get(groupName);
      const first = buffer?.events[0]?.[1];
      if (
        buffer &&
        first !== undefined &&
        (Math.abs(timestamp - first) > chunkSpanMs || buffer.bytes > chunkBytes)
      ) {
        this.write(groupName, buffer);
        buffer = undefined;
      }
      if (!buffer) {
        buffer = { events: [], bytes: 0 };
        this.buffers.set(groupName, buffer);
      }
      buffer.events.push([streamName, timestamp, message]);
      buffer.bytes += sizeOf(message);
      stream.firstEvent = Math.min(stream.firstEvent ?? timestamp, timestamp);
      stream.lastEvent = Math.max(stream.lastEvent ?? timestamp, timestamp);
    }
    stream.lastIngestion = now;
    this.timer ??= setTimeout(() => this.flush(), flushAfterMs).unref();
  }

  /** Hands everything to the store. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [group, buffer] of this.buffers) this.write(group, buffer);
  }

  /** Events with `from <= timestamp < to`, oldest first. */
  async *read(group: string, from: number, to: number): AsyncGenerator<LogEvent> {
    this.flush();
    const streams = this.streams.get(group);
    const range = this.chunks.range<Chunk>(
      chunkKey(group, Math.max(0, from - chunkSpanMs)),
      chunkKey(group, to),
    );
    let waiting: LogEvent[] = [];
    for await (const [key, chunk] of range) {
      const begin = Number(key.split('!')[1]);
      const earlier = waiting.filter((event) => event.timestamp < begin);
      if (earlier.length > 0) {
        yield* sorted(earlier);
        waiting = waiting.filter((event) => event.timestamp >= begin);
      }
      const sequence = key.split('!')[2] ?? '';
      chunk.events.forEach(([stream, timestamp, message], index) => {
        if (timestamp < from || timestamp >= to || !streams?.has(stream)) return;
        const id = `${String(timestamp).padStart(20, '0')}${sequence}${String(index).padStart(12, '0')}`;
        waiting.push({ stream, timestamp, message, ingestionTime: chunk.at, id });
      });
    }
    yield* sorted(waiting);
  }

  /** Deletes what is older than its group's retention, and the oldest of what is more than a group may keep. */
  async expire(): Promise<void> {
    if (this.expiring) return;
    this.expiring = true;
    try {
      for (const group of this.allGroups()) await this.expireGroup(group);
    } finally {
      this.expiring = false;
    }
  }

  private async expireGroup(group: LogGroup): Promise<void> {
    const before = group.retentionDays === undefined ? 0 : Date.now() - group.retentionDays * 86_400_000;
    const target = group.storedBytes > this.maximumGroupBytes ? this.maximumGroupBytes * 0.8 : Infinity;
    if (before === 0 && target === Infinity) return;
    for await (const [key, { events }] of this.chunks.range<Chunk>(`${group.name}!`, `${group.name}"`)) {
      const last = events.reduce((latest, [, timestamp]) => Math.max(latest, timestamp), 0);
      if (last >= before && group.storedBytes <= target) break;
      this.chunks.delete(key);
      group.storedBytes = Math.max(
        0,
        group.storedBytes - events.reduce((sum, [, , message]) => sum + sizeOf(message), 0),
      );
    }
    if (this.groups.has(group.name)) this.groups.set(group.name, group);
  }

  private saveStream(group: string, stream: LogStream): void {
    this.storedStreams.set(`${group}!${stream.name}`, { group, ...stream });
  }

  private write(groupName: string, buffer: Buffered): void {
    this.buffers.delete(groupName);
    const group = this.groups.get(groupName);
    if (!group || buffer.events.length === 0) return;
    const begin = buffer.events.reduce((first, [, timestamp]) => Math.min(first, timestamp), Infinity);
    this.chunks.append(`${chunkKey(groupName, begin)}!${String(group.sequence).padStart(12, '0')}`, {
      at: Date.now(),
      events: buffer.events,
    } satisfies Chunk);
    group.sequence += 1;
    group.storedBytes += buffer.bytes;
    this.groups.set(groupName, group);
    for (const name of new Set(buffer.events.map(([stream]) => stream))) {
      const stream = this.stream(groupName, name);
      if (stream) this.saveStream(groupName, stream);
    }
    if (group.storedBytes > this.maximumGroupBytes) void this.expire();
  }
}

function chunkKey(group: string, timestamp: number): string {
  return `${group}!${String(Math.min(timestamp, 9_999_999_999_999)).padStart(13, '0')}`;
}

function sorted(events: LogEvent[]): LogEvent[] {
  return events.sort((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1));
}

function quietest(streams: ReadonlyMap<string, LogStream>): string {
  const time = (stream: LogStream): number => stream.lastIngestion ?? stream.createdAt;
  return [...streams.values()].reduce((first, stream) => (time(stream) < time(first) ? stream : first)).name;
}

/** As CloudWatch counts it: the message and 26 bytes. */
function sizeOf(message: string): number {
  return message.length + 26;
}
