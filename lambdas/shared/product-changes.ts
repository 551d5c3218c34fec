import type { IndexedProduct, ProductFields } from './search-index';

/**
 * What a source says of a product at a version of its row. Version 0 stands for one that is not known (events of before
 * versions): it fills what is not there and replaces nothing.
 */
export interface ProductChange {
  readonly id: string;
  /** `fields` are null when the product was deleted. */
  readonly product?: { readonly version: number; readonly fields: ProductFields | null };
  readonly stock?: { readonly version: number; readonly available: number };
}

/** The document after the change: the same object where the change tells nothing newer. Pure. */
export function merge(
  current: IndexedProduct | undefined,
  { id, product, stock }: ProductChange,
): IndexedProduct | undefined {
  const newProduct = product && product.version > productVersion(current) ? product : undefined;
  const newStock = stock && stock.version > stockVersion(current) ? stock : undefined;
  if (!newProduct && !newStock) return current;
  const { available, inStock, stockVersion: version, popularity, ...known } = current ?? { productId: id };
  return {
    ...defined({ popularity }),
    ...(newProduct ? productPart(id, newProduct) : known),
    ...(newStock
      ? { available: newStock.available, inStock: newStock.available > 0, stockVersion: newStock.version }
      : defined({ available, inStock, stockVersion: version })),
  };
}

function productPart(
  productId: string,
  { version, fields }: NonNullable<ProductChange['product']>,
): IndexedProduct {
  return fields === null ? { productId, version, deleted: true } : { productId, version, ...fields };
}

/** -1 where the part is not there; 0 for one that was written before there were versions. */
function productVersion(document: IndexedProduct | undefined): number {
  const isThere = document?.category !== undefined || document?.deleted === true;
  return isThere ? (document.version ?? 0) : -1;
}

function stockVersion(document: IndexedProduct | undefined): number {
  return document?.available === undefined ? -1 : (document.stockVersion ?? 0);
}

function defined<T extends object>(part: T): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>;
}
