import { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Availability } from '../ledger/group-transaction';

const batchSize = 500;
const retryMs = 1_000;

/**
 * KEYS: the hash of availabilities, the hash of their versions. ARGV: the channel, then product, available, version...
 * An older value never replaces a newer one, whichever instance sends it later. Answers nothing; publishes
 * `[[productId, available, version], ...]` of what it took.
 */
const publishScript = `
local changes = {}
for i = 2, #ARGV, 3 do
  local version = redis.call('HGET', KEYS[2], ARGV[i])
  if not version or tonumber(version) < tonumber(ARGV[i + 2]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
    redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
    changes[#changes + 1] = '["' .. ARGV[i] .. '",' .. ARGV[i + 1] .. ',' .. ARGV[i + 2] .. ']'
  end
end
if #changes > 0 then redis.call('PUBLISH', ARGV[1], '[' .. table.concat(changes, ',') .. ']') end`;

export const liveStockKeys = {
  hash: 'stock:available',
  /** Not `stock:versions`: that held versions of a clock, which are higher than any row's. */
  versions: 'stock:row-versions',
  channel: 'stock:changes',
};

interface PublishingRedis extends Redis {
  publishStock(keys: 2, ...parts: (string | number)[]): Promise<null>;
}

/**
 * Tells Redis what shoppers may still buy, off the critical path: changes that pile up while one batch travels are
 * merged. While Redis is away changes are dropped; at each (re)connect the whole hash is rebuilt from Postgres.
 */
export class LiveStock {
  private readonly redis: PublishingRedis;
  private pending = new Map<string, Availability>();
  private flushing: Promise<void> | undefined;
  private rebuilding: Promise<void> | undefined;
  private retry: NodeJS.Timeout | undefined;
  private current = false;
  private stopping = false;

  constructor(
    url: string,
    private readonly pool: Pool,
    private readonly logger: Logger,
  ) {
    const redis = new Redis(url, {
      lazyConnect: true,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 5_000,
      retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000),
      scripts: { publishStock: { lua: publishScript } },
    });
    this.redis = redis as PublishingRedis;
    this.redis.on('error', (error: Error) => this.logger.warn({ err: error }, 'redis'));
    this.redis.on('close', () => (this.current = false));
    this.redis.on('ready', () => this.scheduleRebuild(0));
  }

  /** Begins to connect; does not wait, since nothing depends on Redis being there. */
  start(): void {
    this.redis.connect().catch(() => undefined); // told by the 'error' listener, retried by the client
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
        await this.send(batch);
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

  private async send(batch: readonly Availability[]): Promise<void> {
    const { hash, versions, channel } = liveStockKeys;
    const values = batch.flatMap(({ productId, available, version }) => [productId, available, version]);
    await this.redis.publishStock(2, hash, versions, channel, ...values);
  }

  private scheduleRebuild(delayMs: number): void {
    if (this.stopping) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => {
      this.rebuilding ??= this.rebuild().finally(() => (this.rebuilding = undefined));
    }, delayMs);
  }

  private async rebuild(): Promise<void> {
    if (this.redis.status !== 'ready') return; // 'ready' comes again
    try {
      let products = 0;
      for (let after: string | undefined; ;) {
        const batch = await this.readBatch(after);
        if (batch.length > 0) await this.send(batch);
        products += batch.length;
        after = batch.at(-1)?.productId;
        if (batch.length < batchSize || this.stopping) break;
      }
      this.current = true;
      this.logger.info({ products }, 'live stock rebuilt');
    } catch (error) {
      this.logger.warn({ err: error }, 'live stock could not be rebuilt, will retry');
      this.scheduleRebuild(retryMs);
    }
  }

  private async readBatch(after: string | undefined): Promise<Availability[]> {
    const { rows } = await this.pool.query<{ product_id: string; available: number; version: number }>({
      name: 'read-availabilities',
      text: `select product_id, quantity - reserved as available, version::float8 as version from stock
             where product_id > $1::uuid or $1 is null order by product_id limit $2`,
      values: [after ?? null, batchSize],
    });
    return rows.map((row) => ({
      productId: row.product_id,
      available: row.available,
      version: row.version,
    }));
  }
}
