import { Inject, Injectable } from '@nestjs/common';
import { createEvent, type EventInput } from '@yorozu/events';
import { insertOutbox } from '@yorozu/events/outbox';
import type { Redis } from 'ioredis';
import type { PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { Logger } from '../../platform/logger';
import { inTransaction, type Pool } from '../../platform/postgres';
import { LOGGER, POSTGRES, REDIS } from '../../platform/tokens';
import { AuditRepository } from '../audit/audit.repository';
import { ProductNotFoundError } from './errors';
import type { Product } from './product';
import { ProductCatalogue } from './product.catalogue';
import { ProductRepository } from './product.repository';
import type { ProductInput } from './product.schemas';

/** Who does it, and in which request. */
export interface Actor {
  readonly id: string;
  readonly correlationId: string;
}

type Change = EventInput<'ProductChanged'>['change'];

/** Changes to the catalogue: product, audit entry and event in one transaction. */
@Injectable()
export class ProductService {
  constructor(
    @Inject(POSTGRES) private readonly pool: Pool,
    @Inject(ProductRepository) private readonly products: ProductRepository,
    @Inject(AuditRepository) private readonly audit: AuditRepository,
    @Inject(ProductCatalogue) private readonly catalogue: ProductCatalogue,
    @Inject(REDIS) private readonly redis: Redis,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async create(input: ProductInput, actor: Actor): Promise<Product> {
    const id = uuidv7();
    return this.change(actor, 'created', id, async (client) => {
      const after = await this.products.insert(client, id, input);
      return { before: undefined, after, version: after.version };
    });
  }

  /** Throws {@link ProductNotFoundError}. */
  async update(id: string, input: ProductInput, actor: Actor): Promise<Product> {
    return this.change(actor, 'updated', id, async (client) => {
      const before = await this.existing(client, id);
      const after = await this.products.update(client, id, input);
      return { before, after, version: after.version };
    });
  }

  /** Takes the product out of the catalogue; past orders keep what they bought. Throws {@link ProductNotFoundError}. */
  async remove(id: string, actor: Actor): Promise<void> {
    await this.change(actor, 'deleted', id, async (client) => {
      const before = await this.existing(client, id);
      const version = await this.products.markDeleted(client, id);
      return { before, after: undefined, version };
    });
  }

  private async existing(client: PoolClient, id: string): Promise<Product> {
    const product = await this.products.findForUpdate(client, id);
    if (product === undefined) throw new ProductNotFoundError(id);
    return product;
  }

  private async change<After extends Product | undefined>(
    actor: Actor,
    change: Change,
    id: string,
    work: (client: PoolClient) => Promise<{ before: Product | undefined; after: After; version: number }>,
  ): Promise<After> {
    const result = await inTransaction(this.pool, async (client) => {
      const { before, after, version } = await work(client);
      await this.audit.insert(client, {
        actorId: actor.id,
        action: `product.${change}`,
        entity: 'product',
        entityId: id,
        ...(before && { before }),
        ...(after && { after }),
        correlationId: actor.correlationId,
      });
      const product = after === undefined ? null : contents(after);
      const event = createEvent('ProductChanged', { productId: id, change, product, version }, actor);
      await insertOutbox(client, 'outbox', [{ ...event, aggregateId: id }]);
      return after;
    });
    await this.announce(id);
    return result;
  }

  /** Tells every instance; when Redis is away the others notice by the age of their pages. */
  private async announce(id: string): Promise<void> {
    this.catalogue.invalidate();
    try {
      await this.redis.publish('product:changes', JSON.stringify({ productId: id }));
    } catch (error) {
      this.logger.warn({ err: error, productId: id }, 'a product change could not be announced');
    }
  }
}

function contents({
  id: _id,
  version: _version,
  ...product
}: Product): NonNullable<EventInput<'ProductChanged'>['product']> {
  return product;
}
