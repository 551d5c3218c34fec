import { Client } from '@opensearch-project/opensearch';
import type pg from 'pg';
import {
  liveStockKeys,
  readAvailabilities,
  sendAvailabilities,
  stockRedis,
} from '../../containers/stock-service/src/live/stock-hash';
import type { ProductChange } from '../../lambdas/shared/product-changes';
import { ProductIndex } from '../../lambdas/shared/product-index';
import { productsIndex, type ProductFields } from '../../lambdas/shared/search-index';

const pageSize = 500;

type Time = 'createdAt' | 'updatedAt';
type Queryable = Pick<pg.Client, 'query'>;

export interface RebuildOptions {
  /** Erases first, so that it also goes back: after Postgres was restored to an earlier time. */
  readonly fromScratch?: boolean;
}

interface Row extends ProductFields {
  readonly id: string;
  readonly version: number;
  readonly isDeleted: boolean;
  readonly available: number;
  readonly stockVersion: number;
}

/**
 * Brings the search index up to what Postgres has. It writes as the functions do, forwards by version, so it may run at
 * any time beside them. Answers how many products there are.
 */
export async function rebuildSearchIndex(
  postgres: Queryable,
  url: string,
  { fromScratch = false }: RebuildOptions = {},
): Promise<number> {
  const client = new Client({ node: url });
  try {
    if (fromScratch) await client.indices.delete({ index: productsIndex, ignore_unavailable: true });
    const index = new ProductIndex(client);
    let products = 0;
    for (let rows = await readProducts(postgres); rows.length > 0;) {
      const results = await index.apply(rows.map(changeOf));
      const refused = results.find((result) => 'error' in result);
      if (refused) throw new Error(`the search index refused a product: ${refused.error}`);
      products += rows.length;
      rows = await readProducts(postgres, rows.at(-1)?.id);
    }
    if (products > 0) await client.indices.refresh({ index: productsIndex });
    return products;
  } finally {
    await client.close();
  }
}

/** Brings Redis up to what Postgres has, and tells whoever listens. */
export async function rebuildLiveStock(
  postgres: Queryable,
  url: string,
  { fromScratch = false }: RebuildOptions = {},
): Promise<number> {
  const redis = stockRedis(url, { maxRetriesPerRequest: 3 });
  try {
    const { hash, versions, complete } = liveStockKeys;
    if (fromScratch) await redis.del(hash, versions, complete);
    let products = 0;
    for (let batch = await readAvailabilities(postgres, undefined, pageSize); batch.length > 0;) {
      await sendAvailabilities(redis, batch);
      products += batch.length;
      batch = await readAvailabilities(postgres, batch.at(-1)?.productId, pageSize);
    }
    await redis.publish('product:changes', '{}');
    return products;
  } finally {
    await redis.quit();
  }
}

/** Deleted ones too: the index keeps their versions. */
async function readProducts(postgres: Queryable, after?: string): Promise<Row[]> {
  const { rows } = await postgres.query<Omit<Row, Time> & Record<Time, Date>>(
    `select p.id, p.name, p.description, p.name_en as "nameEn", p.description_en as "descriptionEn", p.category,
            p.price::int as price, p.currency, p.image_url as "imageUrl", p.created_at as "createdAt",
            p.updated_at as "updatedAt", p.popularity, p.version::float8 as version,
            p.deleted_at is not null as "isDeleted",
            coalesce(s.quantity - s.reserved, 0) as available, coalesce(s.version, 0)::float8 as "stockVersion"
     from products p left join stock s on s.product_id = p.id
     where p.id > $1::uuid or $1 is null order by p.id limit $2`,
    [after ?? null, pageSize],
  );
  return rows.map((row) => ({
    ...row,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }));
}

function changeOf({ id, version, isDeleted, available, stockVersion, ...fields }: Row): ProductChange {
  const stock = { version: stockVersion, available };
  return { id, product: { version, fields: isDeleted ? null : fields }, stock };
}
