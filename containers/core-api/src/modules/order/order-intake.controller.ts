import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { InternalOnly } from '../../platform/auth/internal.guard';
import { validQuery } from '../../platform/validation';
import { OrderIntakeRepository } from './order-intake.repository';
import { orderIntakesQuery, type OrderIntakesQuery } from './order.schemas';
import type { PersonalPart } from './place-order';

/**
 * The claim check: order-processor takes here, by order id, what OrderCreated does not carry. Not routed by the gateway.
 * An order that is not in the answer has no intake: it was never accepted, or its record is written.
 */
@ApiExcludeController()
@InternalOnly()
@Controller('internal/order-intakes')
export class OrderIntakeController {
  constructor(@Inject(OrderIntakeRepository) private readonly intakes: OrderIntakeRepository) {}

  @Get()
  @Header('cache-control', 'no-store')
  async find(
    @Query(validQuery(orderIntakesQuery)) { ids }: OrderIntakesQuery,
  ): Promise<{ items: (PersonalPart & { orderId: string })[] }> {
    return { items: await this.intakes.findPersonal(ids) };
  }
}
