import { Client } from '@opensearch-project/opensearch';
import pg from 'pg';
import { productsIndex } from '../../lambdas/shared/search-index';
import type { Endpoints } from './state';

const bucket = 'ecommerce-images';

/**
 * Products keep whole addresses of their pictures. Those in this installation's own bucket begin with the address of the
 * AWS endpoint, which may be on another port today: they are moved along, wherever they are kept.
 */
export async function movePictures({ postgres, opensearch, aws }: Endpoints): Promise<void> {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string; imageUrl: string }>(
      `update products set image_url = regexp_replace(image_url, '^http://localhost:\\d+', $1)
       where image_url ~ $2 and not starts_with(image_url, $1 || '/') returning id, image_url as "imageUrl"`,
      [aws, `^http://localhost:\\d+/${bucket}/`],
    );
    if (rows.length > 0) await moveInSearch(opensearch, rows);
  } finally {
    await client.end();
  }
}

/** What is not in the index, or not yet, comes there with its address of today. */
async function moveInSearch(url: string, rows: readonly { id: string; imageUrl: string }[]): Promise<void> {
  const client = new Client({ node: url });
  try {
    const exists = await client.indices.exists({ index: productsIndex });
    if (!exists.body) return;
    const body = rows.flatMap(({ id, imageUrl }) => [
      { update: { _index: productsIndex, _id: id } },
      { doc: { imageUrl } },
    ]);
    await client.bulk({ body, refresh: true });
  } finally {
    await client.close();
  }
}
