import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { begin, giveUp, withPatience, type Pool, type PoolClient } from '@yorozu/postgres';
import type { OutboxTable } from './insert';

export interface RelayLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface OutboxRelayOptions {
  readonly pool: Pick<Pool, 'connect' | 'query'>;
  readonly table: OutboxTable;
  readonly client: EventBridgeClient;
  readonly eventBusName: string;
  readonly logger: RelayLogger;
  /** How many rows one transaction takes; sent as PutEvents calls of at most 10 entries. */
  readonly claimSize?: number;
  /** Longest sleep without a notification, in milliseconds: a lost NOTIFY delays an event by at most this. */
  readonly idleMs?: number;
  /** How long published rows are kept, in hours. */
  readonly keepHours?: number;
}

interface PutOutcome {
  readonly id: string;
  readonly error?: string;
}

interface OutboxRow {
  readonly id: string;
  readonly source: string;
  readonly detail_type: string;
  readonly detail: string;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const maximumEntries = 10;
const maximumBytes = 240 * 1024;
/** For statements that wait for no lock: a connection that takes longer is taken for silent. */
const patienceMs = 2_000;

/**
 * Moves outbox rows to EventBridge. Rows are claimed with SKIP LOCKED, so any number of instances may run; a row is
 * marked only after EventBridge accepted its entry, so an event is published at least once and consumers deduplicate
 * by `metadata.eventId`. Woken by NOTIFY on the table's name.
 */
export class OutboxRelay {
  private stopping = false;
  private loop: Promise<void> | undefined;
  private listener: PoolClient | undefined;
  private wake: (() => void) | undefined;
  private notified = false;
  private failures = 0;

  constructor(private readonly options: OutboxRelayOptions) {}

  async start(): Promise<void> {
    await this.listen();
    this.loop = this.run();
  }

  /** Finishes the batch under way, then returns. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.wake?.();
    await this.loop;
    this.listener?.release(true);
    this.listener = undefined;
  }

  private async listen(): Promise<void> {
    const client = await begin(this.options.pool);
    this.listener = client;
    client.on('notification', () => {
      this.notified = true;
      this.wake?.();
    });
    client.on('error', () => this.dropListener(client));
    client.on('end', () => this.dropListener(client));
    await this.ask(client, `listen ${this.options.table}; commit`);
  }

  /** Replaces a connection that no longer hears: a server or network that went silent never says so. */
  private async keepListening(): Promise<void> {
    if (this.listener) await this.ask(this.listener, 'select 1').catch(() => undefined);
    if (!this.listener) await this.listen();
  }

  private async ask(client: PoolClient, statement: string): Promise<void> {
    try {
      await withPatience(client, patienceMs, () => client.query(statement));
    } catch (error) {
      this.dropListener(client);
      throw error;
    }
  }

  private dropListener(client: PoolClient): void {
    if (this.listener !== client) return;
    this.listener = undefined;
    client.release(true);
    this.wake?.();
  }

  private async run(): Promise<void> {
    let nextCleanup = Date.now();
    while (!this.stopping) {
      const { notified } = this;
      this.notified = false;
      try {
        if (!notified || !this.listener) await this.keepListening();
        while (!this.stopping && (await this.publishBatch()) > 0);
        if (Date.now() >= nextCleanup) {
          nextCleanup = Date.now() + 600_000;
          await this.cleanUp();
        }
        this.failures = 0;
        await this.sleep(this.options.idleMs ?? 5_000);
      } catch (error) {
        this.failures += 1;
        this.options.logger.error(
          { err: error, table: this.options.table, failures: this.failures },
          'outbox relay failed, will retry',
        );
        // Full jitter, so that several instances do not come back at once.
        await this.sleep(50 + Math.random() * Math.min(5_000, 100 * 2 ** this.failures), true);
      }
    }
  }

  private async sleep(ms: number, ignoreNotifications = false): Promise<void> {
    if (this.stopping || (this.notified && !ignoreNotifications)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      const wakeUp = (): void => {
        if (!ignoreNotifications || this.stopping) done();
      };
      function done(): void {
        clearTimeout(timer);
        resolve();
      }
      this.wake = wakeUp;
    });
    this.wake = undefined;
  }

  /** Returns how many rows were published; throws when EventBridge accepted none of those it was offered. */
  private async publishBatch(): Promise<number> {
    return acceptedOf(await this.putClaimed());
  }

  private async putClaimed(): Promise<PutOutcome[]> {
    const client = await begin(this.options.pool);
    try {
      const rows = await withPatience(client, patienceMs, () => this.claim(client));
      const outcomes = (await Promise.all(batches(rows).map((batch) => this.put(batch)))).flat();
      await withPatience(client, patienceMs, () => this.mark(client, outcomes));
      client.release();
      return outcomes;
    } catch (error) {
      await giveUp(client, error);
      throw error;
    }
  }

  private async claim(client: PoolClient): Promise<OutboxRow[]> {
    const { table, claimSize = 50 } = this.options;
    const { rows } = await client.query<OutboxRow>({
      name: `claim-${table}`,
      text: `select id, source, detail_type, detail::text as detail from ${table}
             where published_at is null order by id limit $1 for update skip locked`,
      values: [claimSize],
    });
    return rows;
  }

  private async mark(client: PoolClient, outcomes: readonly PutOutcome[]): Promise<void> {
    const { table } = this.options;
    const accepted = outcomes.filter(({ error }) => error === undefined);
    const refused = outcomes.filter(({ error }) => error !== undefined);
    if (accepted.length > 0) {
      await client.query({
        name: `mark-${table}`,
        text: `update ${table} set published_at = now(), attempts = attempts + 1, last_error = null where id = any($1::bigint[])`,
        values: [accepted.map(({ id }) => id)],
      });
    }
    if (refused.length > 0) {
      await client.query({
        text: `update ${table} o set attempts = attempts + 1, last_error = r.error
               from unnest($1::bigint[], $2::text[]) as r(id, error) where o.id = r.id`,
        values: [refused.map(({ id }) => id), refused.map(({ error }) => error)],
      });
    }
    await client.query('commit');
  }

  private async put(rows: readonly OutboxRow[]): Promise<PutOutcome[]> {
    try {
      const output = await this.options.client.send(
        new PutEventsCommand({
          Entries: rows.map((row) => ({
            EventBusName: this.options.eventBusName,
            Source: row.source,
            DetailType: row.detail_type,
            Detail: row.detail,
          })),
        }),
      );
      return rows.map((row, index) => {
        const entry = output.Entries?.[index];
        return entry?.EventId
          ? { id: row.id }
          : { id: row.id, error: `${entry?.ErrorCode ?? 'Unknown'}: ${entry?.ErrorMessage ?? ''}` };
      });
    } catch (error) {
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      return rows.map((row) => ({ id: row.id, error: message }));
    }
  }

  private async cleanUp(): Promise<void> {
    const { pool, table, keepHours = 168, logger } = this.options;
    const { rowCount } = await pool.query(
      `delete from ${table} where id in (
         select id from ${table} where published_at < now() - make_interval(hours => $1) limit 10000 for update skip locked)`,
      [keepHours],
    );
    if (rowCount) logger.info({ table, rows: rowCount }, 'removed published events from the outbox');
  }
}

function acceptedOf(outcomes: readonly PutOutcome[]): number {
  const accepted = outcomes.filter(({ error }) => error === undefined).length;
  if (accepted === 0 && outcomes.length > 0)
    throw new Error(`EventBridge refused ${outcomes.length} events: ${outcomes[0]?.error ?? ''}`);
  return accepted;
}

/** Groups of at most 10 entries and 256 KB (with room for the envelope). */
function batches(rows: readonly OutboxRow[]): OutboxRow[][] {
  const groups: OutboxRow[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(row.detail) + row.detail_type.length + row.source.length;
    const last = groups.at(-1);
    if (last && last.length < maximumEntries && bytes + size <= maximumBytes) {
      last.push(row);
      bytes += size;
    } else {
      groups.push([row]);
      bytes = size;
    }
  }
  return groups;
}
