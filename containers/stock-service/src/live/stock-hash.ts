import type { Queryable } from '@yorozu/postgres';
import { Redis, type RedisOptions } from 'ioredis';
import type { Availability } from '../ledger/group-transaction';

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
  /** Set when the hashes are filled; gone when Redis has lost them. */
  complete: 'stock:complete',
};

export interface StockRedis extends Redis {
  publishStock(keys: 2, ...parts: (string | number)[]): Promise<null>;
}

type Options = Pick<
  RedisOptions,
  'lazyConnect' | 'enableOfflineQueue' | 'maxRetriesPerRequest' | 'commandTimeout' | 'retryStrategy'
>;

export function stockRedis(url: string, options: Options): StockRedis {
  const redis = new Redis(url, options);
  redis.defineCommand('publishStock', { lua: publishScript });
  return redis as StockRedis;
}

export async function sendAvailabilities(redis: StockRedis, batch: readonly Availability[]): Promise<void> {
  const { hash, versions, channel } = liveStockKeys;
  const values = batch.flatMap(({ productId, available, version }) => [productId, available, version]);
  await redis.publishStock(2, hash, versions, channel, ...values);
}

/** A page of what Postgres has, in product id order. */
export async function readAvailabilities(
  pool: Queryable,
  after: string | undefined,
  limit: number,
): Promise<Availability[]> {
  const { rows } = await pool.query<{ product_id: string; available: number; version: number }>({
    name: 'read-availabilities',
    text: `select product_id, quantity - reserved as available, version::float8 as version from stock
           where product_id > $1::uuid or $1 is null order by product_id limit $2`,
    values: [after ?? null, limit],
  });
  return rows.map(({ product_id: productId, available, version }) => ({ productId, available, version }));
}
