import type { Queryable } from '@yorozu/postgres';

export interface StockItem {
  readonly productId: string;
  readonly quantity: number;
  readonly reserved: number;
  readonly available: number;
  readonly updatedAt: string;
}

export interface StockPage {
  readonly items: readonly StockItem[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
}

interface StockRow {
  product_id: string;
  quantity: number;
  reserved: number;
  updated_at: Date;
}

/** Reads of stock levels. Writes go through the ledger only. */
export class StockRepository {
  constructor(private readonly pool: Queryable) {}

  /** Levels of the products that have any, in product id order. */
  async find(productIds: readonly string[]): Promise<StockPage> {
    const { rows } = await this.pool.query<StockRow>({
      name: 'find-stock',
      text: `select product_id, quantity, reserved, updated_at from stock
             where product_id = any($1::uuid[]) order by product_id`,
      values: [productIds],
    });
    return { items: rows.map(toItem), page: 1, pageSize: productIds.length, total: rows.length };
  }

  /** A page of all levels, in product id order; the first page is 1. */
  async list(page: number, pageSize: number): Promise<StockPage> {
    const [levels, total] = await Promise.all([
      this.pool.query<StockRow>({
        name: 'list-stock',
        text: `select product_id, quantity, reserved, updated_at from stock
               order by product_id limit $1 offset $2`,
        values: [pageSize, (page - 1) * pageSize],
      }),
      this.pool.query<{ total: number }>('select count(*)::int as total from stock'),
    ]);
    return { items: levels.rows.map(toItem), page, pageSize, total: total.rows[0]?.total ?? 0 };
  }
}

function toItem(row: StockRow): StockItem {
  return {
    productId: row.product_id,
    quantity: row.quantity,
    reserved: row.reserved,
    available: row.quantity - row.reserved,
    updatedAt: row.updated_at.toISOString(),
  };
}
