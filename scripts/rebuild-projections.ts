/**
 * Repairs the projections: brings the search index and live stock in Redis up to what Postgres has.
 *   tsx scripts/rebuild-projections.ts [--from-scratch]
 * DATABASE_URL, OPENSEARCH_URL and REDIS_URL say where; without them it is the shop that `npm start` runs. It may run
 * beside everything else, since all write forwards by version. `--from-scratch` erases first: after Postgres was
 * restored to an earlier time; core-api and stock-service are started again after that, for they remember versions.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { rebuildLiveStock, rebuildSearchIndex } from './lib/rebuild-projections';
import type { Endpoints } from './start/state';

const { values } = parseArgs({ options: { 'from-scratch': { type: 'boolean', default: false } } });
const options = { fromScratch: values['from-scratch'] };
const { DATABASE_URL, OPENSEARCH_URL, REDIS_URL } = process.env;
const { postgres, opensearch, redis } =
  DATABASE_URL !== undefined && OPENSEARCH_URL !== undefined && REDIS_URL !== undefined
    ? { postgres: DATABASE_URL, opensearch: OPENSEARCH_URL, redis: REDIS_URL }
    : (JSON.parse(readFileSync(join(import.meta.dirname, '../.local/endpoints.json'), 'utf8')) as Endpoints);

const client = new pg.Client({ connectionString: postgres });
await client.connect();
try {
  console.log(`search index: ${await rebuildSearchIndex(client, opensearch, options)} products`);
  console.log(`live stock: ${await rebuildLiveStock(client, redis, options)} products`);
} finally {
  await client.end();
}
