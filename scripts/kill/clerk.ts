import { setTimeout as pause } from 'node:timers/promises';
import type { ShopAdmin } from '../lib/shop-client';

/** Changes prices all the time, so that search and caches have something to keep up with. */
export class Clerk {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly admin: ShopAdmin,
    private readonly products: readonly string[],
  ) {}

  start(): void {
    this.running = this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    for (let change = 0; !signal.aborted; change += 1) {
      const id = this.products[change % this.products.length] as string;
      const product = {
        name: `テスト商品 ${change}`,
        description: 'テスト用の商品です。',
        nameEn: `Test product ${change}`,
        descriptionEn: 'A product for a test.',
        price: 1_000 + change,
        category: 'test',
      };
      // What is away is away: the next change is one as good.
      await this.admin.client.send('PUT', `/api/products/${id}`, product).catch(() => undefined);
      await pause(1_500, undefined, { signal }).catch(() => undefined);
    }
  }
}
