import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '../../platform/logger';
import { LOGGER } from '../../platform/tokens';
import { isCheckoutId } from '../cart/checkout';
import { SettledCarts } from '../cart/settled-carts';
import { AddressRepository } from '../user/address.repository';
import type { PlaceOrderRequest } from './place-order';

/**
 * Tidies up behind the answer to an accepted order. Nothing depends on it: a cart settles itself at its next read, and
 * the order in which addresses are listed is a convenience. So a failure is logged and the buyer's answer stands.
 */
@Injectable()
export class AfterAcceptance implements OnModuleDestroy {
  private readonly running = new Set<Promise<void>>();

  constructor(
    @Inject(SettledCarts) private readonly carts: Pick<SettledCarts, 'settleUser'>,
    @Inject(AddressRepository) private readonly addresses: Pick<AddressRepository, 'noteUse'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  tidy({ userId, key, input }: PlaceOrderRequest): void {
    if (isCheckoutId(key)) this.run('the cart', this.carts.settleUser(userId));
    this.run('the address book', this.addresses.noteUse(userId, input.shippingAddress));
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running);
  }

  private run(what: string, work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => this.logger.warn({ err: error }, `${what} was not tidied after an order`))
      .finally(() => this.running.delete(done));
    this.running.add(done);
  }
}
