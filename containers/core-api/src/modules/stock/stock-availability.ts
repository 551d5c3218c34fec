import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Logger } from '../../platform/logger';
import type { RedisChannels } from '../../platform/redis';
import { CHANNELS, LOGGER, REDIS } from '../../platform/tokens';

const hash = 'stock:available';
const channel = 'stock:changes';

/**
 * What is for sale of each product, in memory and live: loaded from the hash that stock-service keeps in Redis, then
 * moved by its channel. A reconnect loads the hash again, since messages may have been missed.
 */
@Injectable()
export class StockAvailability implements OnApplicationBootstrap {
  private available = new Map<string, number>();
  /** Changes that arrive while the hash is being read; they are newer than what the read returns. */
  private duringLoad: Map<string, number> | undefined;
  /** Moves with every change, so that a rendered page knows whether it is still right. */
  version = 0;

  constructor(
    @Inject(REDIS) private readonly redis: Pick<Redis, 'hgetall'>,
    @Inject(CHANNELS) private readonly channels: Pick<RedisChannels, 'handle'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.channels.handle(
      channel,
      (message) => this.apply(message),
      () => void this.load(),
    );
  }

  /** Undefined for a product that stock-service has said nothing about yet. */
  get(productId: string): number | undefined {
    return this.available.get(productId);
  }

  private async load(): Promise<void> {
    const changes = new Map<string, number>();
    this.duringLoad = changes;
    try {
      const entries = Object.entries(await this.redis.hgetall(hash));
      const loaded = new Map(entries.map(([id, value]): [string, number] => [id, Number(value)]));
      for (const [id, value] of changes) loaded.set(id, value);
      this.available = loaded;
      this.version += 1;
    } catch (error) {
      this.logger.warn({ err: error }, 'live stock could not be loaded, will try again');
      setTimeout(() => void this.load(), 1_000).unref();
    } finally {
      if (this.duringLoad === changes) this.duringLoad = undefined;
    }
  }

  /** `[[productId, available], …]`. */
  private apply(message: string): void {
    for (const [id, available] of JSON.parse(message) as [string, number][]) {
      this.available.set(id, available);
      this.duringLoad?.set(id, available);
    }
    this.version += 1;
  }
}
