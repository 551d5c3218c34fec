import { yenOf } from '../../platform/money';
import type { Locale } from '@yorozu/service-kit/locale';

/** A product of the catalogue. `price` is in the currency's smallest unit. */
export interface Product {
  readonly id: string;
  readonly name: string;
  readonly nameEn: string;
  readonly description: string;
  readonly descriptionEn: string;
  readonly price: number;
  readonly currency: string;
  readonly category: string;
  readonly imageUrl: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** From the stock table when the row was read; the live number is StockAvailability's. */
  readonly available: number;
  /** Of the product's row: what has a lower one is older. */
  readonly version: number;
  /** Of the stock's row that `available` was read from; 0 when there is none. */
  readonly stockVersion: number;
}

export interface ProductRow {
  id: string;
  name: string;
  name_en: string;
  description: string;
  description_en: string;
  price: string;
  currency: string;
  category: string;
  image_url: string | null;
  created_at: Date;
  updated_at: Date;
  available: number | null;
  version: number;
  stock_version: number;
}

export function productOf(row: ProductRow): Product {
  return {
    id: row.id,
    name: row.name,
    nameEn: row.name_en,
    description: row.description,
    descriptionEn: row.description_en,
    price: yenOf(row.price),
    currency: row.currency,
    category: row.category,
    imageUrl: row.image_url,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    available: row.available ?? 0,
    version: row.version,
    stockVersion: row.stock_version,
  };
}

/** The name in the reader's language; Japanese where there is no translation. */
export function nameIn(locale: Locale, product: Pick<Product, 'name' | 'nameEn'>): string {
  return locale === 'en' && product.nameEn !== '' ? product.nameEn : product.name;
}

export function descriptionIn(
  locale: Locale,
  product: Pick<Product, 'description' | 'descriptionEn'>,
): string {
  return locale === 'en' && product.descriptionEn !== '' ? product.descriptionEn : product.description;
}
