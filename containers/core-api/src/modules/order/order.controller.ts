import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentUser, SignedIn } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { isUuid } from '@yorozu/service-kit/text';
import { valid, validQuery } from '../../platform/validation';
import type { CancelRequested } from './cancel-order';
import { IdempotencyKeyInvalidError, IdempotencyKeyRequiredError, OrderNotFoundError } from './errors';
import type { Order } from './order';
import {
  acceptedOrderResponse,
  cancelResponse,
  orderListQuery,
  orderListResponse,
  orderResponse,
  placeOrderInput,
  type OrderListQuery,
  type PlaceOrderInput,
} from './order.schemas';
import { OrderService, type OrderPage } from './order.service';
import type { AcceptedOrder } from './place-order';

const idempotencyKeyHeader = {
  'Idempotency-Key': {
    description:
      'The checkoutId of the cart that is bought; a client without a cart sends 1 to 255 printable ASCII characters of its own, new for each order',
    required: true,
  },
};

@ApiTags('Orders')
@Controller('api/orders')
export class OrderController {
  constructor(@Inject(OrderService) private readonly orders: OrderService) {}

  @Post()
  @HttpCode(202)
  @RateLimit('order-write')
  @SignedIn()
  @ApiRoute({
    summary: 'Places an order at the prices of the catalogue; stock is decided afterwards',
    status: 202,
    headers: idempotencyKeyHeader,
    body: placeOrderInput,
    response: acceptedOrderResponse,
    problems: {
      400: 'VALIDATION_FAILED, IDEMPOTENCY_KEY_REQUIRED, IDEMPOTENCY_KEY_INVALID',
      409: 'PRICE_CHANGED, CHECKOUT_EXPIRED',
      422: 'IDEMPOTENCY_KEY_REUSED (orderId is the order that the key stands for), PRODUCT_NOT_FOUND',
    },
    signedIn: true,
  })
  async place(
    @Headers('idempotency-key') header: string | undefined,
    @Body(valid(placeOrderInput)) input: PlaceOrderInput,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedOrder> {
    const key = idempotencyKey(header);
    const accepted = await this.orders.place({ userId: user.id, key, input, correlationId: request.id });
    reply.header('location', `/api/orders/${accepted.orderId}`);
    return accepted;
  }

  @Get()
  @RateLimit('order-read')
  @SignedIn()
  @ApiRoute({
    summary: 'Your orders, newest first',
    status: 200,
    query: orderListQuery,
    response: orderListResponse,
    signedIn: true,
  })
  list(
    @CurrentUser() user: Principal,
    @Query(validQuery(orderListQuery)) query: OrderListQuery,
  ): Promise<OrderPage> {
    return this.orders.list(user.id, query);
  }

  @Get(':id')
  @RateLimit('order-read')
  @SignedIn()
  @ApiRoute({
    summary: 'One of your orders',
    status: 200,
    params: ['id'],
    response: orderResponse,
    problems: { 404: 'ORDER_NOT_FOUND' },
    signedIn: true,
  })
  get(@CurrentUser() user: Principal, @Param('id') id: string): Promise<Order> {
    return this.orders.get(user.id, orderId(id));
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @RateLimit('order-write')
  @SignedIn()
  @ApiRoute({
    summary: 'Cancels an order that is not paid yet',
    status: 202,
    params: ['id'],
    response: cancelResponse,
    problems: { 404: 'ORDER_NOT_FOUND', 409: 'NOT_CANCELLABLE' },
    signedIn: true,
  })
  cancel(@CurrentUser() user: Principal, @Param('id') id: string): Promise<CancelRequested> {
    return this.orders.cancel(user.id, orderId(id));
  }
}

function idempotencyKey(header: string | undefined): string {
  if (header === undefined || header.trim() === '') throw new IdempotencyKeyRequiredError();
  if (!/^[\x20-\x7e]{1,255}$/.test(header)) throw new IdempotencyKeyInvalidError();
  // Two spellings of a checkoutId are the same attempt.
  return isUuid(header) ? header.toLowerCase() : header;
}

function orderId(id: string): string {
  if (!isUuid(id)) throw new OrderNotFoundError();
  return id.toLowerCase();
}
