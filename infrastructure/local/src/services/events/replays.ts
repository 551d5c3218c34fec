import { AwsError } from '../../endpoint/aws';
import type { Store, Collection } from '../../store/store';
import type { Archives } from './archives';
import type { EventBus } from './bus';
import type { EventEnvelope, ReplayRecord } from './model';
import type { RuleBook } from './rules';

/** Progress is kept after so many events; a crash replays these again. */
const saveEvery = 50;

/** Sends archived events through the bus again, marked with `replay-name`. A replay goes on after a restart. */
export class Replays {
  private readonly running = new Set<Promise<void>>();
  private stopped = false;

  constructor(
    private readonly records: Collection<ReplayRecord>,
    private readonly archives: Archives,
    private readonly bus: EventBus,
    private readonly book: RuleBook,
    private readonly store: Store,
  ) {}

  list(): ReplayRecord[] {
    return [...this.records.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): ReplayRecord {
    const found = this.records.get(name);
    if (!found) throw new AwsError('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return found;
  }

  begin(record: ReplayRecord): void {
    if (this.records.has(record.name))
      throw new AwsError('ResourceAlreadyExistsException', `Replay ${record.name} already exists.`);
    this.records.set(record.name, record);
    this.launch(record);
  }

  cancel(name: string): ReplayRecord {
    const record = this.get(name);
    if (record.state !== 'RUNNING' && record.state !== 'STARTING') {
      throw new AwsError(
        'IllegalStatusException',
        `Replay ${name} is not in a valid state for this operation.`,
      );
    }
    record.state = 'CANCELLING';
    this.records.set(name, record);
    return record;
  }

  resume(): void {
    for (const record of this.records.values())
      if (['STARTING', 'RUNNING', 'CANCELLING'].includes(record.state)) this.launch(record);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  private launch(record: ReplayRecord): void {
    const run: Promise<void> = this.run(record)
      .catch((error: unknown) => {
        console.error(`replay ${record.name} failed`, error);
        this.end(record, 'FAILED');
      })
      .finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run(record: ReplayRecord): Promise<void> {
    // The answer to StartReplay says STARTING.
    await new Promise((resolve) => setImmediate(resolve));
    if (record.state === 'STARTING') record.state = 'RUNNING';
    const archive = record.archiveArn.split('archive/').at(-1) ?? '';
    const bus = this.book.busName(record.destination.Arn);
    const only = record.destination.FilterArns?.length ? new Set(record.destination.FilterArns) : undefined;
    let unsaved = 0;
    for await (const [key, text] of this.archives.between(
      archive,
      record.eventStart,
      record.eventEnd,
      record.lastKey,
    )) {
      if (this.stopped) return this.save(record);
      if (record.state === 'CANCELLING') break;
      const event = JSON.parse(text) as EventEnvelope;
      const marked = `${text.slice(0, -1)},"replay-name":${JSON.stringify(record.name)}}`;
      await this.bus.route(bus, { event: { ...event, 'replay-name': record.name }, text: marked }, only);
      record.lastKey = key;
      record.lastEventTime = Date.parse(event.time) / 1_000;
      if (++unsaved % saveEvery === 0) await this.save(record);
    }
    this.end(record, record.state === 'CANCELLING' ? 'CANCELLED' : 'COMPLETED');
  }

  private async save(record: ReplayRecord): Promise<void> {
    this.records.set(record.name, record);
    await this.store.written();
  }

  private end(record: ReplayRecord, state: ReplayRecord['state']): void {
    record.state = state;
    record.endedAt = Date.now() / 1_000;
    this.records.set(record.name, record);
  }
}
