import { Inject, Injectable } from '@nestjs/common';
import { afterPurchase, withAttempt, type Cart } from './cart';
import { CartRepository } from './cart.repository';
import { CheckoutRepository } from './checkout.repository';
import { CartConflictError } from './errors';

const maximumAttempts = 8;

/**
 * The one door to stored carts, and none leaves it unsettled: a cart whose checkoutId has become an order gives up what
 * was ordered. So a crash after an order was accepted leaves no cart that could be bought again (ADR 10).
 */
@Injectable()
export class SettledCarts {
  constructor(
    @Inject(CartRepository)
    private readonly carts: Pick<CartRepository, 'find' | 'save' | 'remove' | 'saveMerged'>,
    @Inject(CheckoutRepository) private readonly checkouts: Pick<CheckoutRepository, 'ordered'>,
  ) {}

  /** The cart as it is now; what was settled is not written. `userId` is whose orders may have been made from it. */
  async find(sessionId: string, userId: string | undefined): Promise<Cart> {
    return this.settled(await this.carts.find(sessionId), userId);
  }

  /** The cart as it is now, and is stored. */
  settle(sessionId: string, userId: string | undefined): Promise<Cart> {
    return untilWritten(async () => {
      const stored = await this.carts.find(sessionId);
      const cart = await this.settled(stored, userId);
      return cart === stored || (await this.carts.save(sessionId, cart, userId)) ? cart : undefined;
    });
  }

  /** Takes what the user's orders bought out of their cart; nothing to do where there is nothing. */
  async settleUser(userId: string): Promise<void> {
    await this.settle(userSession(userId), userId);
  }

  /** Writes the cart if it is still at `cart.version`; false when somebody else was faster. */
  save(sessionId: string, cart: Cart, userId: string | undefined): Promise<boolean> {
    return this.carts.save(sessionId, cart, userId);
  }

  /** Removes the cart if it is still at `version`; false when it was changed meanwhile. */
  remove(sessionId: string, version: number): Promise<boolean> {
    return this.carts.remove(sessionId, version);
  }

  /** Writes the user's cart and removes the guest's, both or neither; false when somebody else was faster. */
  saveMerged(sid: string, guest: Cart, cart: Cart, userId: string): Promise<boolean> {
    return this.carts.saveMerged({ sid, version: guest.version }, userSession(userId), cart, userId);
  }

  /** The very cart where there is nothing to settle. */
  private async settled(cart: Cart, userId: string | undefined): Promise<Cart> {
    if (cart.checkoutId === null || userId === undefined) return withAttempt(cart);
    const ordered = await this.checkouts.ordered(userId, cart.checkoutId);
    return ordered === undefined ? withAttempt(cart) : afterPurchase(cart, ordered);
  }
}

/** Under which a user's cart is stored; a guest's under their sid. */
export function userSession(userId: string): string {
  return `user#${userId}`;
}

/** Repeats `work` until it writes over nobody's change; it answers undefined when it would have. */
export async function untilWritten<T>(work: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
    const result = await work();
    if (result !== undefined) return result;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
  }
  throw new CartConflictError('Try again');
}
