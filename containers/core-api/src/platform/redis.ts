import { startHeartbeat } from '@yorozu/service-kit/heartbeat';
import { Redis } from 'ioredis';
import type { Logger } from './logger';

/**
 * For commands. Fails at once while Redis is away instead of queueing: whatever asks Redis here has a way to go on
 * without it, and waiting would take the shop down with it.
 */
export function createRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 500,
    connectTimeout: 2_000,
    retryStrategy: reconnectDelay,
  });
  logConnection(redis, logger, 'commands');
  redis.once('end', startHeartbeat(redis));
  return redis;
}

type MessageHandler = (message: string) => void;

/** One connection that listens to pub/sub channels; subscriptions are renewed after every reconnect. */
export class RedisChannels {
  private readonly redis: Redis;
  private readonly handlers = new Map<string, { onMessage: MessageHandler; onSubscribed: () => void }>();

  constructor(
    url: string,
    private readonly logger: Logger,
  ) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      autoResubscribe: false,
      maxRetriesPerRequest: null,
      connectTimeout: 2_000,
      retryStrategy: reconnectDelay,
    });
    logConnection(this.redis, logger, 'channels');
    this.redis.once('end', startHeartbeat(this.redis));
    this.redis.on('message', (channel: string, message: string) => this.hear(channel, message));
    this.redis.on('ready', () => void this.subscribe());
  }

  /** `onSubscribed` runs at the first subscription and again after each reconnect, when messages may have been lost. */
  handle(channel: string, onMessage: MessageHandler, onSubscribed: () => void): void {
    this.handlers.set(channel, { onMessage, onSubscribed });
  }

  /** Does not wait for Redis: the shop starts without it. */
  start(): void {
    this.redis.connect().catch(() => undefined);
  }

  stop(): void {
    this.redis.disconnect();
  }

  /** Whoever can reach Redis can publish: a message that makes no sense must not end the process. */
  private hear(channel: string, message: string): void {
    try {
      this.handlers.get(channel)?.onMessage(message);
    } catch (error) {
      this.logger.warn({ err: error, channel }, 'a message from Redis was not understood');
    }
  }

  private async subscribe(): Promise<void> {
    try {
      await this.redis.subscribe(...this.handlers.keys());
      for (const { onSubscribed } of this.handlers.values()) onSubscribed();
    } catch (error) {
      this.logger.warn({ err: error }, 'could not subscribe to Redis, will try again at the next reconnect');
      this.redis.disconnect(true);
    }
  }
}

function reconnectDelay(attempt: number): number {
  return Math.min(1_000, 50 * attempt);
}

/** One line when the connection is lost and one when it is back, not one per attempt. */
function logConnection(redis: Redis, logger: Logger, purpose: string): void {
  let lost = false;
  redis.on('error', (error: Error) => {
    if (!lost) logger.warn({ err: error, purpose }, 'redis connection lost');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) logger.info({ purpose }, 'redis connection is back');
    lost = false;
  });
}
