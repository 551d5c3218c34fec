import type { Redis } from 'ioredis';
import type { Logger } from '../logger';
import type { RedisChannels } from '../redis';

/** Sorted set of ended sessions, scored by when the last of their access tokens has expired (epoch seconds). */
const denied = 'sessions:denied';
const channel = 'sessions:ended';
/** Longer than an access token lives. */
const keepSeconds = 960;

/**
 * Sessions that have ended while access tokens of theirs are still good: in memory, loaded from the set that the
 * functions of accounts write and moved by their channel; a reconnect loads the set again. While Redis is away those
 * that are known stay refused. One that ends meanwhile is refused after the reconnect if it could be written down, and
 * otherwise when its tokens expire.
 */
export class EndedSessions {
  /** Session id → epoch seconds until which it is refused. */
  private readonly until = new Map<string, number>();

  constructor(
    private readonly redis: Pick<Redis, 'zrangebyscore'>,
    channels: Pick<RedisChannels, 'handle'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly now: () => number = Date.now,
  ) {
    channels.handle(
      channel,
      (sessionId) => this.add(sessionId, this.seconds() + keepSeconds),
      () => void this.load(),
    );
  }

  has(sessionId: string): boolean {
    const until = this.until.get(sessionId);
    return until !== undefined && this.seconds() < until;
  }

  private async load(): Promise<void> {
    try {
      const entries = await this.redis.zrangebyscore(denied, this.seconds(), '+inf', 'WITHSCORES');
      for (let i = 0; i < entries.length; i += 2) this.add(entries[i] ?? '', Number(entries[i + 1]));
    } catch (error) {
      this.logger.warn({ err: error }, 'ended sessions could not be loaded, will try again');
      setTimeout(() => void this.load(), 1_000).unref();
    }
  }

  private add(sessionId: string, until: number): void {
    const now = this.seconds();
    // Of a Map the oldest come first, and every session is refused for about as long.
    for (const [old, end] of this.until) {
      if (end > now) break;
      this.until.delete(old);
    }
    this.until.set(sessionId, until);
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }
}
