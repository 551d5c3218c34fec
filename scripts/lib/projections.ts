import { Client } from '@opensearch-project/opensearch';
import { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { liveStockKeys } from '../../containers/stock-service/src/live/stock-hash';
import { productsIndex, type IndexedProduct } from '../../lambdas/shared/search-index';
import type { Endpoints } from '../start/state';

type Places = Pick<Endpoints, 'postgres' | 'opensearch' | 'redis' | 'coreApi'>;

/** A product as Postgres has it; `stockVersion` is 0 where it has no stock yet. */
interface Truth {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  readonly category: string;
  readonly isDeleted: boolean;
  readonly version: number;
  readonly available: number;
  readonly stockVersion: number;
}

/**
 * I7: where search, Redis and core-api's caches differ from Postgres, in words; each line begins with `I7: `. Of all
 * products, or of `only` those. What has just changed may still be on its way: {@link projectionsAgree} gives it time.
 */
export async function projectionDifferences(places: Places, only?: readonly string[]): Promise<string[]> {
  const [documents, levels, listed] = await Promise.all([
    readIndex(places.opensearch),
    readLiveStock(places.redis),
    readCatalogue(places.coreApi),
  ]);
  const all = await readPostgres(places.postgres);
  const truths = only ? all.filter(({ id }) => only.includes(id)) : all;
  const known = new Set(all.map(({ id }) => id));
  const strangers = only ? [] : [...documents.keys()].filter((id) => !known.has(id));
  return [
    ...truths.flatMap((truth) => [
      ...inSearch(truth, documents.get(truth.id)),
      ...inRedis(truth, levels.get(truth.id)),
      ...inCatalogue(truth, listed.get(truth.id)),
    ]),
    ...strangers.map((id) => `I7: search has product ${id}, Postgres does not`),
  ];
}

/** Waits until there is no difference. Answers those that are left after `withinMs` (I7 allows 10 s). */
export async function projectionsAgree(
  places: Places,
  { withinMs = 10_000, only }: { withinMs?: number; only?: readonly string[] } = {},
): Promise<string[]> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const differences = await projectionDifferences(places, only);
    if (differences.length === 0 || Date.now() >= deadline) return differences;
    await pause(250);
  }
}

/** Looks at search and Redis again and again while a test runs, and remembers what went back. */
export class ProjectionWatch {
  private readonly highest = new Map<string, number>();
  private readonly found: string[] = [];
  private running: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly places: Pick<Places, 'opensearch' | 'redis'>) {}

  start(): void {
    this.running = this.run();
  }

  /** Answers what went back, in words. */
  async stop(): Promise<string[]> {
    this.stopping = true;
    await this.running;
    return this.found;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      // Either may be away while it is being killed.
      await Promise.allSettled([this.lookAtSearch(), this.lookAtRedis()]);
      await pause(200);
    }
  }

  private async lookAtSearch(): Promise<void> {
    for (const [id, { version = 0, stockVersion = 0 }] of await readIndex(this.places.opensearch)) {
      this.note(`search: product ${id}`, version);
      this.note(`search: stock of ${id}`, stockVersion);
    }
  }

  private async lookAtRedis(): Promise<void> {
    for (const [id, { version }] of await readLiveStock(this.places.redis)) {
      this.note(`Redis: stock of ${id}`, version);
    }
  }

  private note(what: string, version: number): void {
    const before = this.highest.get(what) ?? 0;
    if (version < before) this.found.push(`I7: ${what} went back from version ${before} to ${version}`);
    else this.highest.set(what, version);
  }
}

function inSearch(truth: Truth, document: IndexedProduct | undefined): string[] {
  const { id, version, stockVersion } = truth;
  const wanted = {
    version,
    ...(truth.isDeleted
      ? { deleted: true }
      : { name: truth.name, price: truth.price, category: truth.category }),
    ...(stockVersion === 0 ? {} : { available: truth.available, stockVersion }),
  };
  return different('search', id, wanted, document ?? {});
}

function inRedis({ id, available, stockVersion }: Truth, level: Level | undefined): string[] {
  return stockVersion === 0 ? [] : different('Redis', id, { available, version: stockVersion }, level ?? {});
}

function inCatalogue(truth: Truth, item: ListedProduct | undefined): string[] {
  const { id, name, price, category, available } = truth;
  if (truth.isDeleted) return item ? [`I7: core-api still lists product ${id}`] : [];
  return different('core-api', id, { name, price, category, available }, item ?? {});
}

function different(where: string, id: string, wanted: object, found: object): string[] {
  return Object.entries(wanted).flatMap(([member, value]) => {
    const there = (found as Record<string, unknown>)[member];
    return there === value
      ? []
      : [
          `I7: ${where} has ${member} ${JSON.stringify(there)} of product ${id}, Postgres ${JSON.stringify(value)}`,
        ];
  });
}

async function readPostgres(url: string): Promise<Truth[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Truth>(
      `select p.id, p.name, p.price::int as price, p.category, p.deleted_at is not null as "isDeleted",
              p.version::float8 as version, coalesce(s.quantity - s.reserved, 0) as available,
              coalesce(s.version, 0)::float8 as "stockVersion"
       from products p left join stock s on s.product_id = p.id order by p.id`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

async function readIndex(url: string): Promise<Map<string, IndexedProduct>> {
  const client = new Client({ node: url });
  try {
    await client.indices.refresh({ index: productsIndex });
    const documents = new Map<string, IndexedProduct>();
    const size = 1_000;
    for (let from = 0; ; from += size) {
      const body = { query: { match_all: {} }, sort: [{ productId: 'asc' }], from, size } as object;
      const answer = await client.search({ index: productsIndex, body });
      for (const { _id, _source } of answer.body.hits.hits)
        documents.set(String(_id), _source as IndexedProduct);
      if (answer.body.hits.hits.length < size) return documents;
    }
  } finally {
    await client.close();
  }
}

interface Level {
  readonly available: number;
  readonly version: number;
}

async function readLiveStock(url: string): Promise<Map<string, Level>> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on('error', () => undefined); // the command that fails tells
  try {
    const { hash, versions } = liveStockKeys;
    const results = (await redis.multi().hgetall(hash).hgetall(versions).exec()) ?? [];
    const [available = {}, version = {}] = results.map(([, values]) => values as Record<string, string>);
    return new Map(
      Object.entries(available).map(([id, value]) => [
        id,
        { available: Number(value), version: Number(version[id] ?? 0) },
      ]),
    );
  } finally {
    redis.disconnect();
  }
}

interface ListedProduct {
  readonly id: string;
}

async function readCatalogue(url: string): Promise<Map<string, ListedProduct>> {
  const items = new Map<string, ListedProduct>();
  for (let page = 1; ; page += 1) {
    const response = await fetch(`${url}/api/products?page=${page}&pageSize=100`, {
      headers: { 'accept-language': 'ja' },
    });
    if (!response.ok) throw new Error(`core-api answered ${response.status}`);
    const { items: some } = (await response.json()) as { items: ListedProduct[] };
    for (const item of some) items.set(item.id, item);
    if (some.length < 100) return items;
  }
}
