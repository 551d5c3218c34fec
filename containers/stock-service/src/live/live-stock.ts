import type { Queryable } from '@yorozu/postgres';
import { startHeartbeat } from '@yorozu/service-kit/heartbeat';
import type { Logger } from 'pino';
import type { Availability } from '../ledger/group-transaction';
import {
  liveStockKeys,
  readAvailabilities,
  sendAvailabilities,
  stockRedis,
  type StockRedis,
} from './stock-hash';

const batchSize = 500;
const retryMs = 1_000;
const checkMs = 2_000;

/**
 * Tells Redis what shoppers may still buy, off the critical path: changes that pile up while one batch travels are
 * merged. While Redis is away changes are dropped; at each (re)connect the whole hash is rebuilt from Postgres, and
 * when Redis has lost it (flushed, evicted, replaced behind a proxy).
 */
export class LiveStock {
  private readonly redis: StockRedis;
  private pending = new Map<string, Availability>();
  private flushing: Promise<void> | undefined;
  private rebuilding: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private watch: NodeJS.Timeout | undefined;
  /** Counts connections: a rebuild counts only when all of it went to one Redis. */
  private connection = 0;
  private current = false;
  private stopping = false;

  constructor(
    url: string,
    private readonly pool: Queryable,
    private readonly logger: Logger,
  ) {
    this.redis = stockRedis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
    });
    this.redis.once('end', startHeartbeat(this.redis));
    this.redis.on('error', (error: Error) => this.logger.warn({ err: error }, 'redis'));
    this.redis.on('close', () => (this.current = false));
    this.redis.on('ready', () => {
      this.connection += 1;
      this.scheduleRebuild(0);
    });
  }

  /** Begins to connect; does not wait, since nothing depends on Redis being there. */
  start(): void {
    this.redis.connect().catch(() => undefined); // told by the 'error' listener, retried by the client
    this.watch = setInterval(() => void this.rebuildIfLost(), checkMs);
  }

  publish(availabilities: readonly Availability[]): void {
    if (this.stopping || this.redis.status !== 'ready') return;
    for (const availability of availabilities) {
      const known = this.pending.get(availability.productId);
      if (!known || known.version <= availability.version)
        this.pending.set(availability.productId, availability);
    }
    if (this.pending.size > 0) this.flushing ??= this.flush();
  }

  /** Rejects while Redis does not have the current availabilities. */
  async check(): Promise<void> {
    await this.redis.ping();
    if (!this.current) throw new Error('availabilities are being rebuilt');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.watch);
    clearTimeout(this.retry);
    await this.flushing;
    await this.rebuilding;
    this.redis.disconnect();
  }

  private async flush(): Promise<void> {
    try {
      while (this.pending.size > 0) {
        const batch = [...this.pending.values()].slice(0, batchSize);
        for (const { productId } of batch) this.pending.delete(productId);
        await sendAvailabilities(this.redis, batch);
      }
    } catch (error) {
      this.pending.clear();
      this.current = false;
      this.logger.warn({ err: error }, 'live stock was not published');
      this.scheduleRebuild(retryMs);
    } finally {
      this.flushing = undefined;
    }
  }

  private scheduleRebuild(delayMs: number): void {
    if (this.stopping) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.rebuilding ??= this.rebuild().finally(() => (this.rebuilding = undefined));
    }, delayMs);
  }

  private async rebuildIfLost(): Promise<void> {
    if (!this.current || this.redis.status !== 'ready') return;
    try {
      if ((await this.redis.exists(liveStockKeys.complete)) === 1) return;
      this.current = false;
      this.logger.warn('Redis has lost live stock');
      this.scheduleRebuild(0);
    } catch {
      // A Redis that does not answer is told of by its 'close'.
    }
  }

  private async rebuild(): Promise<void> {
    if (this.redis.status !== 'ready') return; // 'ready' comes again
    const { connection } = this;
    try {
      // Set first and looked for last: a loss in between takes it along.
      await this.redis.set(liveStockKeys.complete, '1');
      let products = 0;
      for (let after: string | undefined; ;) {
        const batch = await readAvailabilities(this.pool, after, batchSize);
        if (batch.length > 0) await sendAvailabilities(this.redis, batch);
        products += batch.length;
        after = batch.at(-1)?.productId;
        if (batch.length < batchSize || this.stopping) break;
      }
      const isWhole = (await this.redis.exists(liveStockKeys.complete)) === 1;
      if (!isWhole || connection !== this.connection) return this.scheduleRebuild(0);
      this.current = true;
      this.logger.info({ products }, 'live stock rebuilt');
    } catch (error) {
      this.logger.warn({ err: error }, 'live stock could not be rebuilt, will retry');
      this.scheduleRebuild(retryMs);
    }
  }
}
