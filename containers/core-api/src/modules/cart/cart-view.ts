import type { Locale } from '@yorozu/service-kit/locale';
import { nameIn, type Product } from '../product/product';
import type { Cart, CartLine } from './cart';

/** What clients see of a cart. Amounts in the currency's smallest unit. */
export interface CartView {
  readonly checkoutId: string | null;
  readonly items: readonly CartItemView[];
  readonly subtotal: number;
  readonly currency: string;
}

export interface CartItemView {
  readonly productId: string;
  readonly name: string;
  readonly price: number;
  readonly quantity: number;
  readonly available: number;
  readonly imageUrl: string | null;
  /** The product is no longer sold: the line has no price and can only be removed. */
  readonly gone?: true;
}

type ProductName = Pick<Product, 'name' | 'nameEn'>;

/** `goneNames` has the names of products that are no longer among `products`. */
export function viewOf(
  cart: Cart,
  products: ReadonlyMap<string, Product>,
  goneNames: ReadonlyMap<string, ProductName>,
  locale: Locale,
): CartView {
  const items = cart.lines.map((line) => {
    const product = products.get(line.productId);
    return product === undefined
      ? goneItem(line, goneNames.get(line.productId), locale)
      : soldItem(line, product, locale);
  });
  const subtotal = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
  return { checkoutId: cart.checkoutId, items, subtotal, currency: 'JPY' };
}

function soldItem({ productId, quantity }: CartLine, product: Product, locale: Locale): CartItemView {
  const { price, available, imageUrl } = product;
  return { productId, name: nameIn(locale, product), price, quantity, available, imageUrl };
}

function goneItem(
  { productId, quantity }: CartLine,
  name: ProductName | undefined,
  locale: Locale,
): CartItemView {
  return {
    productId,
    name: name === undefined ? '' : nameIn(locale, name),
    price: 0,
    quantity,
    available: 0,
    imageUrl: null,
    gone: true,
  };
}
