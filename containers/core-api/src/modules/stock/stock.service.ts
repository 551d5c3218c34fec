import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import { AuditRepository } from '../audit/audit.repository';
import { StockRepository, type StockLevel } from './stock.repository';
import { StockServiceClient, type Receipt } from './stock-service.client';

export interface ReceiveGoods {
  readonly productId: string;
  readonly quantity: number;
  /** Of the delivery; the same again changes nothing. */
  readonly reference: string;
}

@Injectable()
export class StockService {
  constructor(
    @Inject(StockRepository) private readonly stock: StockRepository,
    @Inject(StockServiceClient) private readonly client: StockServiceClient,
    @Inject(AuditRepository) private readonly audit: AuditRepository,
    @Inject(POSTGRES) private readonly pool: Pool,
  ) {}

  list(page: number, pageSize: number): Promise<{ items: StockLevel[]; total: number }> {
    return this.stock.list(page, pageSize);
  }

  async receive(
    goods: ReceiveGoods,
    actor: { id: string; correlationId: string },
  ): Promise<{ receipt: Receipt; created: boolean }> {
    const result = await this.client.receive(goods, actor.correlationId);
    // Repeated with the call, so that a crash between the two leaves no receipt without its entry.
    await this.audit.insertOnce(this.pool, {
      actorId: actor.id,
      action: 'stock.received',
      entity: 'stock-receipt',
      entityId: goods.reference,
      after: goods,
      correlationId: actor.correlationId,
    });
    return result;
  }
}
