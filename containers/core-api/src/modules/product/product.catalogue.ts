import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { LruCache } from '../../platform/lru';
import type { Locale } from '@yorozu/service-kit/locale';
import type { RedisChannels } from '../../platform/redis';
import { CHANNELS } from '../../platform/tokens';
import { StockAvailability, type ReadProduct } from '../stock/stock-availability';
import { descriptionIn, nameIn, type Product } from './product';
import { ProductRepository } from './product.repository';
import type { ProductListQuery } from './product.schemas';

/** How long a page may be wrong while Redis is away and tells of no change. */
const ttlMs = 5_000;

/** JSON of a product in two halves; what is for sale goes between them at the last moment. */
interface Rendered extends ReadProduct {
  readonly head: string;
  readonly tail: string;
}

interface Page {
  readonly items: readonly Rendered[];
  readonly end: string;
  /** The last rendering and the stock version it shows. */
  body?: Buffer;
  stockVersion?: number;
}

/**
 * The read side of the catalogue, made for many reads per write: rendered pages and products in memory, dropped
 * together when a product changes anywhere (`product:changes`) and after a short time anyway.
 */
@Injectable()
export class ProductCatalogue implements OnApplicationBootstrap {
  private readonly cache = new LruCache<string, Promise<Page>>(2_000, ttlMs);

  constructor(
    @Inject(ProductRepository) private readonly products: ProductRepository,
    @Inject(StockAvailability) private readonly stock: StockAvailability,
    @Inject(CHANNELS) private readonly channels: Pick<RedisChannels, 'handle'>,
  ) {}

  onApplicationBootstrap(): void {
    this.channels.handle(
      'product:changes',
      () => this.invalidate(),
      () => this.invalidate(),
    );
  }

  invalidate(): void {
    this.cache.clear();
  }

  /** The JSON of a page: `{items, page, pageSize, total}`. */
  async list(query: ProductListQuery, locale: Locale): Promise<Buffer> {
    const { category, sort, page, pageSize } = query;
    const key = JSON.stringify([locale, sort, page, pageSize, category]);
    return this.show(
      await this.remember(key, async () => {
        const found = await this.products.list(category, sort, page, pageSize);
        return {
          items: found.items.map((product) => render(product, locale)),
          end: `],"page":${page},"pageSize":${pageSize},"total":${found.total}}`,
        };
      }),
      '{"items":[',
    );
  }

  /** The JSON of one product with its rating, or undefined when there is none. */
  async detail(id: string, locale: Locale): Promise<Buffer | undefined> {
    const page = await this.remember(`${locale}/${id}`, async () => {
      const product = await this.products.find(id);
      return {
        items: product ? [render(product, locale, ',"rating":{"average":0,"count":0}')] : [],
        end: '',
      };
    });
    return page.items.length === 0 ? undefined : this.show(page, '');
  }

  /** The JSON of the categories with how many products each has. */
  async categories(): Promise<Buffer> {
    const page = await this.remember('categories', async () => ({
      items: [],
      end: JSON.stringify(await this.products.categories()),
    }));
    return this.show(page, '');
  }

  /** Concurrent requests for the same thing share one load; a load that fails is not remembered. */
  private remember(key: string, load: () => Promise<Page>): Promise<Page> {
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const loading = load();
    this.cache.set(key, loading);
    loading.catch(() => {
      if (this.cache.get(key) === loading) this.cache.delete(key);
    });
    return loading;
  }

  private show(page: Page, start: string): Buffer {
    const version = this.stock.version;
    if (page.body !== undefined && page.stockVersion === version) return page.body;
    let json = start;
    let separator = '';
    for (const item of page.items) {
      json += separator + item.head + this.stock.of(item) + item.tail;
      separator = ',';
    }
    page.body = Buffer.from(json + page.end);
    page.stockVersion = version;
    return page.body;
  }
}

function render(product: Product, locale: Locale, extra = ''): Rendered {
  const { id, price, currency, category, imageUrl, createdAt, updatedAt, available, stockVersion } = product;
  const name = nameIn(locale, product);
  const description = descriptionIn(locale, product);
  const head = JSON.stringify({ id, name, description, price, currency, category, imageUrl });
  return {
    ...{ id, available, stockVersion },
    head: `${head.slice(0, -1)},"available":`,
    tail: `,${JSON.stringify({ createdAt, updatedAt }).slice(1, -1)}${extra}}`,
  };
}
