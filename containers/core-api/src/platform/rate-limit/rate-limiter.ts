import type { Redis } from 'ioredis';
import type { Logger } from '../logger';
import { LruCache } from '../lru';

export interface RatePolicy {
  /** Requests per window of one user or address. */
  readonly limit: number;
  readonly windowSeconds: number;
  /**
   * How many requests one trip to Redis pays for. 1 counts exactly; more suits the busy read routes, where a client may
   * get up to `lease` requests per instance more than `limit` at the turn of a window.
   */
  readonly lease: number;
}

interface Lease {
  remaining: number;
  /** Epoch ms at which the window ends. */
  until: number;
  /** The window's budget is spent, as far as this instance knows. */
  spent: boolean;
  renewal?: Promise<void> | undefined;
}

/** Counts and starts the window in one atomic step. Returns the count so far and the milliseconds left. */
const script = `
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
return {count, left}`;

/**
 * Fixed windows counted in Redis, shared by all instances (`rate:<scope>:<id>`). While Redis is away every request
 * passes: a lost limit is better than a closed shop.
 */
export class RateLimiter {
  private readonly leases = new LruCache<string, Lease>(20_000, 3_600_000);
  private warnedAt = 0;

  constructor(
    private readonly redis: Pick<Redis, 'eval'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Undefined when the request may pass, otherwise the seconds until the window ends. Synchronous while a lease lasts. */
  take(scope: string, id: string, policy: RatePolicy): number | undefined | Promise<number | undefined> {
    const key = `rate:${scope}:${id}`;
    const lease = this.leases.get(key);
    if (lease !== undefined && lease.renewal === undefined && this.now() < lease.until) {
      if (lease.remaining > 0) {
        lease.remaining -= 1;
        return undefined;
      }
      if (lease.spent) return this.secondsUntil(lease.until);
    }
    return this.takeFromRedis(key, policy);
  }

  private async takeFromRedis(key: string, policy: RatePolicy): Promise<number | undefined> {
    let lease = this.leases.get(key);
    if (lease === undefined) {
      lease = { remaining: 0, until: 0, spent: false };
      this.leases.set(key, lease);
    }
    try {
      // Requests that arrive while a lease is fetched share it, and fetch the next one when it was too small.
      while (!(this.now() < lease.until && (lease.remaining > 0 || lease.spent))) {
        lease.renewal ??= this.renew(key, policy, lease);
        await lease.renewal;
      }
    } catch (error) {
      this.warn(error);
      return undefined;
    }
    if (lease.remaining > 0) {
      lease.remaining -= 1;
      return undefined;
    }
    return this.secondsUntil(lease.until);
  }

  private async renew(key: string, policy: RatePolicy, lease: Lease): Promise<void> {
    try {
      const windowMs = policy.windowSeconds * 1_000;
      const [count, left] = (await this.redis.eval(script, 1, key, policy.lease, windowMs)) as [
        number,
        number,
      ];
      const granted = Math.max(0, Math.min(policy.lease, policy.limit - (count - policy.lease)));
      lease.remaining = granted;
      lease.until = this.now() + left;
      lease.spent = count >= policy.limit;
    } finally {
      lease.renewal = undefined;
    }
  }

  private secondsUntil(until: number): number {
    return Math.max(1, Math.ceil((until - this.now()) / 1_000));
  }

  private warn(error: unknown): void {
    if (this.now() - this.warnedAt < 10_000) return;
    this.warnedAt = this.now();
    this.logger.warn({ err: error }, 'rate limits are not enforced while Redis is away');
  }
}
