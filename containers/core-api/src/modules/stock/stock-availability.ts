import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { Logger } from '../../platform/logger';
import type { RedisChannels } from '../../platform/redis';
import { CHANNELS, LOGGER, REDIS } from '../../platform/tokens';

const hash = 'stock:available';
const versionsHash = 'stock:row-versions';
const channel = 'stock:changes';

/** What is for sale of a product; of two levels the one with the higher version (of the stock's row) is newer. */
interface Level {
  readonly available: number;
  readonly version: number;
}

/** A product as Postgres had it when it was read. */
export interface ReadProduct {
  readonly id: string;
  readonly available: number;
  readonly stockVersion: number;
}

/**
 * What is for sale of each product, in memory and live: loaded from the hashes that stock-service keeps in Redis, then
 * moved by its channel. A reconnect loads them again, since messages may have been missed. Levels only go forwards,
 * whatever comes late: messages, a load, or a Redis that was restored or emptied.
 */
@Injectable()
export class StockAvailability implements OnApplicationBootstrap {
  private readonly levels = new Map<string, Level>();
  /** Moves with every change, so that a rendered page knows whether it is still right. */
  version = 0;

  constructor(
    @Inject(REDIS) private readonly redis: Pick<Redis, 'multi'>,
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

  /** The newest that is known of a product: live, or as it was read where that is newer (Redis may be away). */
  of({ id, available, stockVersion }: ReadProduct): number {
    const live = this.levels.get(id);
    return live !== undefined && live.version >= stockVersion ? live.available : available;
  }

  private async load(): Promise<void> {
    try {
      const [available, versions] = await this.readHashes();
      for (const [id, value] of Object.entries(available)) {
        this.take(id, { available: Number(value), version: Number(versions[id] ?? 0) });
      }
      this.version += 1;
    } catch (error) {
      this.logger.warn({ err: error }, 'live stock could not be loaded, will try again');
      setTimeout(() => void this.load(), 1_000).unref();
    }
  }

  /** Both as they are at one moment. */
  private async readHashes(): Promise<[Record<string, string>, Record<string, string>]> {
    const results = (await this.redis.multi().hgetall(hash).hgetall(versionsHash).exec()) ?? [];
    const [available, versions] = results.map(([error, values]) => {
      if (error !== null) throw error;
      return values as Record<string, string>;
    });
    if (available === undefined || versions === undefined) throw new Error('the transaction was discarded');
    return [available, versions];
  }

  /** `[[productId, available, version], …]`. */
  private apply(message: string): void {
    for (const [id, available, version = 0] of JSON.parse(message) as [string, number, number?][]) {
      this.take(id, { available, version });
    }
    this.version += 1;
  }

  private take(id: string, level: Level): void {
    const known = this.levels.get(id);
    if (known === undefined || known.version < level.version) this.levels.set(id, level);
  }
}
