import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';

/** Units of a product in the warehouse: `available` = `quantity` - `reserved`. */
export interface StockLevel {
  readonly productId: string;
  readonly name: string;
  readonly category: string;
  readonly quantity: number;
  readonly reserved: number;
  readonly available: number;
  readonly updatedAt: string | null;
}

interface StockRow {
  product_id: string;
  name: string;
  category: string;
  quantity: number;
  reserved: number;
  updated_at: Date | null;
}

/** Reads only: stock-service alone writes the stock tables. */
@Injectable()
export class StockRepository {
  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  /** Scarcest first. */
  async list(page: number, pageSize: number): Promise<{ items: StockLevel[]; total: number }> {
    const [rows, count] = await Promise.all([
      this.pool.query<StockRow>(
        `select p.id as product_id, p.name, p.category, coalesce(s.quantity, 0) as quantity,
                coalesce(s.reserved, 0) as reserved, s.updated_at
         from products p left join stock s on s.product_id = p.id
         where p.deleted_at is null
         order by coalesce(s.quantity - s.reserved, 0), p.id limit $1 offset $2`,
        [pageSize, (page - 1) * pageSize],
      ),
      this.pool.query<{ total: number }>(
        'select count(*)::int as total from products where deleted_at is null',
      ),
    ]);
    return { items: rows.rows.map(levelOf), total: count.rows[0]?.total ?? 0 };
  }
}

function levelOf(row: StockRow): StockLevel {
  return {
    productId: row.product_id,
    name: row.name,
    category: row.category,
    quantity: row.quantity,
    reserved: row.reserved,
    available: row.quantity - row.reserved,
    updatedAt: row.updated_at?.toISOString() ?? null,
  };
}
