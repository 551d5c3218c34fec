import { AwsError } from '../../endpoint/aws';
import type { Collection, Log } from '../../store/store';
import type { ArchiveRecord, EventEnvelope } from './model';
import { compilePatternText, type EventPredicate } from './pattern';

const day = 86_400_000;

/** Archives keep the events of a bus, in the order they came, until their retention ends. */
export class Archives {
  private readonly matchers = new Map<string, EventPredicate | undefined>();
  private readonly savedAt = new Map<string, number>();
  /** Orders the events of one second, after a restart too: time runs faster than events come. */
  private sequence = Date.now() * 100;

  constructor(
    private readonly records: Collection<ArchiveRecord>,
    private readonly events: Log,
  ) {}

  list(): ArchiveRecord[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): ArchiveRecord | undefined {
    return this.records.get(name);
  }

  get(name: string): ArchiveRecord {
    const found = this.records.get(name);
    if (!found) throw new AwsError('ResourceNotFoundException', `Archive ${name} does not exist.`);
    return found;
  }

  put(record: ArchiveRecord): void {
    this.records.set(record.name, record);
    this.matchers.delete(record.name);
  }

  async remove(name: string): Promise<void> {
    this.records.delete(this.get(name).name);
    this.matchers.delete(name);
    for await (const [key] of this.events.range(`${name}/`, `${name}0`)) this.events.delete(key);
  }

  /** Replayed events are not archived again. */
  keep(busArn: string, event: EventEnvelope, text: string): void {
    if (event['replay-name'] !== undefined) return;
    for (const archive of this.records.values()) {
      if (archive.sourceArn !== busArn || !this.wants(archive, event)) continue;
      this.events.append(
        `${archive.name}/${sortable(Date.parse(event.time))}-${sortable(this.sequence++)}-${event.id}`,
        text,
      );
      archive.eventCount += 1;
      archive.sizeBytes += text.length;
      this.saveCounts(archive);
    }
  }

  /** Once a second is enough for figures that AWS shows hours late. */
  private saveCounts(archive: ArchiveRecord): void {
    const now = Date.now();
    if (now - (this.savedAt.get(archive.name) ?? 0) < 1_000) return;
    this.savedAt.set(archive.name, now);
    this.records.set(archive.name, archive);
  }

  /**
   * The JSON of the events of a span of time, both ends included, oldest first, after a key that was reached before.
   * Times in epoch seconds; events know whole seconds only.
   */
  async *between(
    archive: string,
    from: number,
    to: number,
    after?: string,
  ): AsyncGenerator<[string, string]> {
    const begin = after === undefined ? `${archive}/${sortable(Math.floor(from) * 1_000)}` : `${after}!`;
    yield* this.events.range<string>(begin, `${archive}/${sortable(to * 1_000 + 1)}`);
  }

  saveAllCounts(): void {
    for (const archive of this.records.values()) this.records.set(archive.name, archive);
  }

  /** Removes what is past its retention. */
  async cleanUp(now = Date.now()): Promise<void> {
    for (const archive of this.records.values()) {
      if (archive.retentionDays === 0) continue;
      const end = `${archive.name}/${sortable(now - archive.retentionDays * day)}`;
      for await (const [key, text] of this.events.range<string>(`${archive.name}/`, end)) {
        this.events.delete(key);
        archive.eventCount -= 1;
        archive.sizeBytes -= text.length;
      }
    }
  }

  private wants(archive: ArchiveRecord, event: EventEnvelope): boolean {
    if (!this.matchers.has(archive.name)) {
      this.matchers.set(
        archive.name,
        archive.pattern === undefined ? undefined : compilePatternText(archive.pattern),
      );
    }
    return this.matchers.get(archive.name)?.(event) ?? true;
  }
}

function sortable(value: number): string {
  return Math.max(0, Math.floor(value)).toString().padStart(15, '0');
}
