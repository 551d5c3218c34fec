import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Logger } from '../../platform/logger';
import { LOGGER } from '../../platform/tokens';
import { cartLifeDays } from '../cart/cart';
import { checkoutLifeDays } from '../cart/checkout';
import { OrderIntakeRepository } from './order-intake.repository';

/** A key is what ends an attempt, so it outlives every cart and page that may still carry it. */
const keepDays = Math.max(cartLifeDays, checkoutLifeDays) + 1;
const everyMs = 3_600_000;

/** Forgets idempotency keys that nobody will repeat any more. Any number of instances may do it. */
@Injectable()
export class IdempotencyKeySweep implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(OrderIntakeRepository) private readonly orders: OrderIntakeRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.run(), everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Answers how many were forgotten. A failure is logged; the next round does its work. */
  async run(): Promise<number> {
    try {
      const keys = await this.orders.forgetKeys(keepDays);
      if (keys > 0) this.logger.info({ keys }, 'forgot old idempotency keys');
      return keys;
    } catch (error) {
      this.logger.warn({ err: error }, 'could not forget old idempotency keys');
      return 0;
    }
  }
}
