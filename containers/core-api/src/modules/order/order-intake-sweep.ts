import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from '../../platform/logger';
import { LOGGER } from '../../platform/tokens';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderRepository } from './order.repository';

const everyMs = 60_000;
/** Seconds: nearly every order has its record by then. */
const minimumAge = 60;
/** What BatchGetItem takes. */
const pageSize = 100;
/** An order without a record waits in a dead-letter queue (14 days) or may be replayed from the archive (30 days). */
const keepDays = 30;

/**
 * Forgets intakes: addresses, customers and payment tokens leave Postgres once the order's record is certain. Any number
 * of instances may do it.
 */
@Injectable()
export class OrderIntakeSweep implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(OrderIntakeRepository) private readonly intakes: OrderIntakeRepository,
    @Inject(OrderRepository) private readonly orders: OrderRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.run(), everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** A failure is logged; the next round does its work. */
  async run(): Promise<void> {
    try {
      await this.forgetWritten();
      const orders = await this.intakes.forgetIntakesOlderThan(keepDays);
      if (orders > 0) this.logger.error({ orders }, 'forgot intakes of orders that were never written');
    } catch (error) {
      this.logger.warn({ err: error }, 'could not forget order intakes');
    }
  }

  private async forgetWritten(): Promise<void> {
    let after: string | undefined;
    do {
      const old = await this.intakes.listOld(minimumAge, pageSize, after);
      if (old.length === 0) return;
      await this.intakes.forgetIntakes(await this.orders.written(old));
      after = old.length < pageSize ? undefined : old.at(-1)?.orderId;
    } while (after !== undefined);
  }
}
