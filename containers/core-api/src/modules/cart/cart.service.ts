import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Locale } from '@yorozu/service-kit/locale';
import { ProductNotFoundError } from '../product/errors';
import { nameIn, type Product } from '../product/product';
import { ProductRepository } from '../product/product.repository';
import { StockAvailability } from '../stock/stock-availability';
import {
  addLine,
  emptyCart,
  mergeLines,
  removeLine,
  setLine,
  type Cart,
  type CartChange,
  type CartLine,
} from './cart';
import { CartRepository } from './cart.repository';
import { CartConflictError } from './errors';

/** A signed-in user, or a guest with the `sid` of the cookie if there is one. */
export type CartOwner = { readonly userId: string } | { readonly sid: string | undefined };

/** What clients see of a cart. Amounts in the currency's smallest unit. */
export interface CartView {
  readonly items: readonly {
    readonly productId: string;
    readonly name: string;
    readonly price: number;
    readonly quantity: number;
    readonly available: number;
    readonly imageUrl: string | null;
  }[];
  readonly subtotal: number;
  readonly currency: string;
}

const maximumAttempts = 8;

@Injectable()
export class CartService {
  constructor(
    @Inject(CartRepository) private readonly carts: Pick<CartRepository, 'find' | 'save' | 'remove'>,
    @Inject(ProductRepository) private readonly products: Pick<ProductRepository, 'findMany'>,
    @Inject(StockAvailability) private readonly stock: Pick<StockAvailability, 'of'>,
  ) {}

  async view(owner: CartOwner, locale: Locale): Promise<CartView> {
    const sessionId = sessionIdOf(owner);
    const { lines } = sessionId === undefined ? emptyCart : await this.carts.find(sessionId);
    return this.viewOf(lines, locale);
  }

  /** Throws {@link ProductNotFoundError} or CartLimitError. */
  async add(owner: CartOwner, productId: string, quantity: number, locale: Locale) {
    if (!(await this.products.findMany([productId])).has(productId))
      throw new ProductNotFoundError(productId);
    return this.change(owner, addLine(productId, quantity), locale);
  }

  /** Throws CartItemNotFoundError. */
  async set(owner: CartOwner, productId: string, quantity: number, locale: Locale) {
    return this.change(owner, setLine(productId, quantity), locale);
  }

  async remove(owner: CartOwner, productId: string, locale: Locale) {
    return this.change(owner, removeLine(productId), locale);
  }

  /**
   * Makes a guest's cart part of the user's. The user's cart remembers which guest cart it took in, in the same write, so
   * a merge that was cut off before the guest's cart was deleted adds nothing when it is repeated.
   */
  async merge(sid: string, userId: string): Promise<void> {
    for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
      const guest = await this.carts.find(sid);
      if (guest.version === 0) return;
      const mark = `${sid}@${guest.version}`;
      if (!(await this.takeIn(guest.lines, mark, userId))) continue;
      if (await this.carts.remove(sid, guest.version)) return;
    }
    throw new CartConflictError('Try again');
  }

  /** False when the user's cart was changed meanwhile. */
  private async takeIn(guestLines: readonly CartLine[], mark: string, userId: string): Promise<boolean> {
    const sessionId = `user#${userId}`;
    const own = await this.carts.find(sessionId);
    if (guestLines.length === 0 || own.merged.includes(mark)) return true;
    const products = await this.products.findMany(guestLines.map((line) => line.productId));
    const lines = mergeLines(own.lines, guestLines, (id) => this.available(products.get(id)));
    return this.carts.save(
      sessionId,
      { lines, version: own.version, merged: [...own.merged, mark].slice(-10) },
      userId,
    );
  }

  /** Returns the cart and, for a guest, the sid it is stored under. */
  private async change(
    owner: CartOwner,
    change: CartChange,
    locale: Locale,
  ): Promise<{ view: CartView; sid?: string }> {
    const userId = 'userId' in owner ? owner.userId : undefined;
    for (let attempt = 0; attempt < maximumAttempts; attempt += 1) {
      const { sessionId, cart } = await this.open(owner);
      const lines = change(cart.lines);
      const written =
        lines.length === 0 && cart.version === 0
          ? true
          : await this.carts.save(sessionId, { ...cart, lines }, userId);
      if (written) {
        const view = await this.viewOf(lines, locale);
        return userId === undefined ? { view, sid: sessionId } : { view };
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
    }
    throw new CartConflictError('Try again');
  }

  /** A guest gets a sid of our making: one that we do not know may have been planted. */
  private async open(owner: CartOwner): Promise<{ sessionId: string; cart: Cart }> {
    const sessionId = sessionIdOf(owner);
    const cart = sessionId === undefined ? emptyCart : await this.carts.find(sessionId);
    if (sessionId === undefined || (cart.version === 0 && 'sid' in owner))
      return { sessionId: randomUUID(), cart };
    return { sessionId, cart };
  }

  private async viewOf(lines: readonly CartLine[], locale: Locale): Promise<CartView> {
    const products = await this.products.findMany(lines.map((line) => line.productId));
    const items = lines.flatMap(({ productId, quantity }) => {
      const product = products.get(productId);
      // Taken out of the catalogue since.
      if (product === undefined) return [];
      const { price, imageUrl } = product;
      return [
        {
          productId,
          name: nameIn(locale, product),
          price,
          quantity,
          available: this.available(product),
          imageUrl,
        },
      ];
    });
    const subtotal = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
    return { items, subtotal, currency: 'JPY' };
  }

  private available(product: Product | undefined): number {
    return product === undefined ? 0 : this.stock.of(product);
  }
}

function sessionIdOf(owner: CartOwner): string | undefined {
  return 'userId' in owner ? `user#${owner.userId}` : owner.sid;
}
