import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Locale } from '@yorozu/service-kit/locale';
import type { Product } from '../product/product';
import { ProductRepository } from '../product/product.repository';
import {
  addLine,
  emptyCart,
  mergeLines,
  quantityOf,
  removeLine,
  setLine,
  withLines,
  type Cart,
  type CartChange,
  type CartLine,
} from './cart';
import { viewOf, type CartView } from './cart-view';
import { SettledCarts, untilWritten, userSession } from './settled-carts';

/** A signed-in user, or a guest with the `sid` of the cookie if there is one. */
export type CartOwner = { readonly userId: string } | { readonly sid: string | undefined };

/** A cart after a change and, for a guest, the sid it is stored under. */
export interface ChangedCart<View extends CartView = CartView> {
  readonly view: View;
  readonly sid?: string;
}

interface Change {
  readonly sessionId: string;
  readonly before: Cart;
  readonly after: Cart;
  readonly products: ReadonlyMap<string, Product>;
}

@Injectable()
export class CartService {
  constructor(
    @Inject(SettledCarts) private readonly carts: Omit<SettledCarts, 'settleUser'>,
    @Inject(ProductRepository)
    private readonly products: Pick<ProductRepository, 'findMany' | 'findNames'>,
  ) {}

  async view(owner: CartOwner, locale: Locale): Promise<CartView> {
    const sessionId = sessionIdOf(owner);
    const cart = sessionId === undefined ? emptyCart : await this.carts.settle(sessionId, userIdOf(owner));
    return this.show(cart, await this.products.findMany(productsOf(cart.lines)), locale);
  }

  /** `added` is how many there was room for. Throws ProductNotFoundError or CartLimitError. */
  async add(
    owner: CartOwner,
    productId: string,
    quantity: number,
    locale: Locale,
  ): Promise<ChangedCart<CartView & { added: number }>> {
    const change = await this.change(owner, addLine(productId, quantity), productId);
    const { view, ...stored } = await this.changed(owner, change, locale);
    const added = quantityOf(change.after.lines, productId) - quantityOf(change.before.lines, productId);
    return { view: { ...view, added }, ...stored };
  }

  /** Throws CartItemNotFoundError or ProductNotFoundError. */
  async set(owner: CartOwner, productId: string, quantity: number, locale: Locale): Promise<ChangedCart> {
    return this.changed(owner, await this.change(owner, setLine(productId, quantity)), locale);
  }

  async remove(owner: CartOwner, productId: string, locale: Locale): Promise<ChangedCart> {
    return this.changed(owner, await this.change(owner, removeLine(productId)), locale);
  }

  /** Makes a guest's cart part of the user's. */
  async merge(sid: string, userId: string): Promise<void> {
    await untilWritten(async () => {
      // Somebody who signed in to pay may have ordered with the guest cart's checkoutId already.
      const guest = await this.carts.find(sid, userId);
      if (guest.version === 0) return true;
      const done =
        guest.lines.length === 0
          ? await this.carts.remove(sid, guest.version)
          : await this.carts.saveMerged(sid, guest, await this.merged(guest, userId), userId);
      return done || undefined;
    });
  }

  private async merged(guest: Cart, userId: string): Promise<Cart> {
    const own = await this.carts.find(userSession(userId), userId);
    const products = await this.products.findMany(productsOf([...own.lines, ...guest.lines]));
    const lines = mergeLines(guest.lines)(own.lines, offerOf(products));
    // An attempt goes on through signing in.
    return withLines({ ...own, checkoutId: own.checkoutId ?? guest.checkoutId }, lines);
  }

  private change(owner: CartOwner, change: CartChange, ...alsoOf: readonly string[]): Promise<Change> {
    return untilWritten(async () => {
      const { sessionId, before } = await this.open(owner);
      const products = await this.products.findMany([...productsOf(before.lines), ...alsoOf]);
      const after = withLines(before, change(before.lines, offerOf(products)));
      const nothingToWrite = after.lines.length === 0 && before.version === 0;
      const written = nothingToWrite || (await this.carts.save(sessionId, after, userIdOf(owner)));
      return written ? { sessionId, before, after, products } : undefined;
    });
  }

  private async changed(
    owner: CartOwner,
    { sessionId, after, products }: Change,
    locale: Locale,
  ): Promise<ChangedCart> {
    const view = await this.show(after, products, locale);
    return 'userId' in owner ? { view } : { view, sid: sessionId };
  }

  /** A guest gets a sid of our making: one that we do not know may have been planted. */
  private async open(owner: CartOwner): Promise<{ sessionId: string; before: Cart }> {
    const sessionId = sessionIdOf(owner);
    const before = sessionId === undefined ? emptyCart : await this.carts.find(sessionId, userIdOf(owner));
    if (sessionId === undefined || (before.version === 0 && 'sid' in owner))
      return { sessionId: randomUUID(), before };
    return { sessionId, before };
  }

  private async show(cart: Cart, products: ReadonlyMap<string, Product>, locale: Locale): Promise<CartView> {
    const gone = productsOf(cart.lines).filter((id) => !products.has(id));
    return viewOf(cart, products, await this.products.findNames(gone), locale);
  }
}

function offerOf(products: ReadonlyMap<string, Product>) {
  return (productId: string): number | undefined => products.get(productId)?.available;
}

function productsOf(lines: readonly CartLine[]): string[] {
  return lines.map((line) => line.productId);
}

function sessionIdOf(owner: CartOwner): string | undefined {
  return 'userId' in owner ? userSession(owner.userId) : owner.sid;
}

function userIdOf(owner: CartOwner): string | undefined {
  return 'userId' in owner ? owner.userId : undefined;
}
