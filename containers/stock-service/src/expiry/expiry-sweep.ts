import { randomUUID } from 'node:crypto';
import type { Queryable } from '@yorozu/postgres';
import type { Logger } from 'pino';
import { DomainError } from '../ledger/errors';
import type { Outcome, StockRequest } from '../ledger/requests';

export interface ExpirySweepOptions {
  readonly pool: Queryable;
  readonly submit: (request: StockRequest) => Promise<Outcome>;
  readonly logger: Logger;
  /** Orders per batch. */
  readonly batchSize?: number;
  /** Longest sleep: holds that another instance made before it died are found after at most this. */
  readonly idleMs?: number;
}

const failureDelayMs = 2_000;

/**
 * Ends holds that ran out. It sleeps until the next one is due. The ledger decides under its locks whether a hold is
 * really over, so any number of instances may sweep; SKIP LOCKED only keeps them off rows that are being worked on.
 */
export class ExpirySweep {
  private timer: NodeJS.Timeout | undefined;
  private wakeAt = Number.POSITIVE_INFINITY;
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly options: ExpirySweepOptions) {}

  start(): void {
    this.wakeIn(0);
  }

  /** Tells of a hold made here, so that the sweep is up in time for it. `expiresAt` is epoch milliseconds. */
  noteHold(expiresAt: number): void {
    // A little later than due: the database's clock decides, and waking before it does would be for nothing.
    if (expiresAt + 10 < this.wakeAt) this.wakeIn(expiresAt + 10 - Date.now());
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private wakeIn(ms: number): void {
    if (this.stopping) return;
    clearTimeout(this.timer);
    const delay = Math.max(0, Math.min(ms, this.options.idleMs ?? 15_000));
    this.wakeAt = Date.now() + delay;
    this.timer = setTimeout(() => {
      this.wakeAt = Number.POSITIVE_INFINITY;
      this.running ??= this.sweep().finally(() => (this.running = undefined));
    }, delay);
  }

  private async sweep(): Promise<void> {
    try {
      let ended = 0;
      for (;;) {
        const orders = await this.dueOrders();
        if (orders.length === 0 || this.stopping) break;
        ended += await this.expire(orders);
      }
      if (ended > 0) this.options.logger.info({ orders: ended }, 'released holds that ran out');
      const next = await this.millisecondsToNext();
      // A hold noted while this ran may be due earlier than what was read.
      if (Date.now() + next < this.wakeAt) this.wakeIn(next);
    } catch (error) {
      this.options.logger.error({ err: error }, 'expiry sweep failed, will retry');
      this.wakeIn(failureDelayMs);
    }
  }

  private async expire(orders: readonly string[]): Promise<number> {
    const trace = { correlationId: `expiry-${randomUUID()}` };
    const outcomes = await Promise.all(
      orders.map((orderId) =>
        this.options.submit({ kind: 'expire', orderId, trace }).catch((error: unknown) => {
          if (error instanceof DomainError && error.status === 404) return undefined; // repaired by hand meanwhile
          throw error;
        }),
      ),
    );
    return outcomes.filter((outcome) => outcome?.created).length;
  }

  private async dueOrders(): Promise<string[]> {
    const { rows } = await this.options.pool.query<{ order_id: string }>({
      name: 'due-orders',
      text: `with due as (select order_id from stock_reservations where state = 'held' and expires_at <= now()
                          order by expires_at limit $1 for update skip locked)
             select distinct order_id from due`,
      values: [this.options.batchSize ?? 200],
    });
    return rows.map((row) => row.order_id);
  }

  private async millisecondsToNext(): Promise<number> {
    const { rows } = await this.options.pool.query<{ ms: number | null }>({
      name: 'next-expiry',
      text: `select (extract(epoch from min(expires_at) - clock_timestamp()) * 1000)::float8 as ms
             from stock_reservations where state = 'held'`,
    });
    return (rows[0]?.ms ?? Number.POSITIVE_INFINITY) + 10;
  }
}
