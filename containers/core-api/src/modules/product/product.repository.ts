import { Inject, Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Batcher } from '../../platform/batcher';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import { productOf, type Product, type ProductRow } from './product';
import type { ProductInput, ProductSort } from './product.schemas';

const columns = `p.id, p.name, p.name_en, p.description, p.description_en, p.price, p.currency, p.category,
  p.image_url, p.created_at, p.updated_at, (s.quantity - s.reserved)::int as available`;
const fromProducts = 'from products p left join stock s on s.product_id = p.id';

const orderBy: Record<ProductSort, string> = {
  newest: 'p.created_at desc, p.id',
  price_asc: 'p.price, p.id',
  price_desc: 'p.price desc, p.id desc',
  popular: 'p.popularity desc, p.id',
};

export interface ProductPage {
  readonly items: readonly Product[];
  readonly total: number;
}

@Injectable()
export class ProductRepository {
  /** Lookups by id of concurrent requests (orders, carts, details) go to Postgres as one query. */
  private readonly lookups = new Batcher<readonly string[], ReadonlyMap<string, Product>>({
    run: async (requests) => {
      const found = await this.query([...new Set(requests.flat())]);
      return requests.map(() => found);
    },
    maxSize: 100,
    concurrency: 2,
  });

  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  /** The products among `ids` that are for sale; others are missing from the map, which may hold more than was asked. */
  findMany(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    return ids.length === 0 ? Promise.resolve(new Map()) : this.lookups.add(ids);
  }

  async find(id: string): Promise<Product | undefined> {
    return (await this.findMany([id])).get(id);
  }

  /** What products are or were called, also those that are no longer sold. */
  async findNames(ids: readonly string[]): Promise<ReadonlyMap<string, Pick<Product, 'name' | 'nameEn'>>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.pool.query<Pick<ProductRow, 'id' | 'name' | 'name_en'>>({
      name: 'product-names',
      text: 'select id, name, name_en from products where id = any($1::uuid[])',
      values: [ids],
    });
    return new Map(rows.map((row) => [row.id, { name: row.name, nameEn: row.name_en }]));
  }

  async list(
    category: string | undefined,
    sort: ProductSort,
    page: number,
    pageSize: number,
  ): Promise<ProductPage> {
    const condition = category === undefined ? '' : 'and p.category = $1';
    const filter = category === undefined ? [] : [category];
    const limit = `limit $${filter.length + 1} offset $${filter.length + 2}`;
    const kind = `${sort}${category === undefined ? '' : '-in-category'}`;
    const [rows, count] = await Promise.all([
      this.pool.query<ProductRow>({
        name: `product-list-${kind}`,
        text: `select ${columns} ${fromProducts} where p.deleted_at is null ${condition} order by ${orderBy[sort]} ${limit}`,
        values: [...filter, pageSize, (page - 1) * pageSize],
      }),
      this.pool.query<{ total: number }>(
        `select count(*)::int as total from products p where p.deleted_at is null ${condition}`,
        filter,
      ),
    ]);
    return { items: rows.rows.map(productOf), total: count.rows[0]?.total ?? 0 };
  }

  async categories(): Promise<{ name: string; count: number }[]> {
    const { rows } = await this.pool.query<{ name: string; count: number }>(
      'select category as name, count(*)::int as count from products where deleted_at is null group by category order by category',
    );
    return rows;
  }

  async insert(client: PoolClient, id: string, input: ProductInput): Promise<Product> {
    await client.query(
      `insert into products (id, name, name_en, description, description_en, price, currency, category, image_url)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, ...values(input)],
    );
    return this.findForUpdate(client, id).then(present);
  }

  async update(client: PoolClient, id: string, input: ProductInput): Promise<Product> {
    await client.query(
      `update products set name = $2, name_en = $3, description = $4, description_en = $5, price = $6, currency = $7,
         category = $8, image_url = $9, updated_at = now() where id = $1`,
      [id, ...values(input)],
    );
    return this.findForUpdate(client, id).then(present);
  }

  async markDeleted(client: PoolClient, id: string): Promise<void> {
    await client.query('update products set deleted_at = now(), updated_at = now() where id = $1', [id]);
  }

  /** Locks the row until the transaction ends, so that the audit log's `before` is what was really replaced. */
  async findForUpdate(client: PoolClient, id: string): Promise<Product | undefined> {
    const { rows } = await client.query<ProductRow>(
      `select ${columns} ${fromProducts} where p.id = $1 and p.deleted_at is null for update of p`,
      [id],
    );
    return rows[0] && productOf(rows[0]);
  }

  private async query(ids: readonly string[]): Promise<ReadonlyMap<string, Product>> {
    const { rows } = await this.pool.query<ProductRow>({
      name: 'products-by-id',
      text: `select ${columns} ${fromProducts} where p.id = any($1::uuid[]) and p.deleted_at is null`,
      values: [ids],
    });
    return new Map(rows.map((row) => [row.id, productOf(row)]));
  }
}

function values(input: ProductInput): unknown[] {
  const { name, nameEn, description, descriptionEn, price, currency, category, imageUrl } = input;
  return [name, nameEn, description, descriptionEn, price, currency, category, imageUrl];
}

function present(product: Product | undefined): Product {
  if (product === undefined) throw new Error('a product vanished inside its own transaction');
  return product;
}
