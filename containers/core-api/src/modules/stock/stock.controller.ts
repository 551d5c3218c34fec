import { Body, Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CurrentUser, WithRole } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute, pageOf } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { isUuid, line } from '@yorozu/service-kit/text';
import { pageQuery } from '@yorozu/service-kit/query';
import { valid, validQuery } from '../../platform/validation';
import { StockRefusedError } from './errors';
import type { Receipt } from './stock-service.client';
import type { StockLevel } from './stock.repository';
import { StockService } from './stock.service';

const listQuery = z.object(pageQuery);
const receiveInput = z.object({ quantity: z.number().int().min(1).max(1_000_000), reference: line(1, 200) });
const levelResponse = z.object({
  productId: z.uuid(),
  name: z.string(),
  category: z.string(),
  quantity: z.int(),
  reserved: z.int(),
  available: z.int(),
  updatedAt: z.iso.datetime().nullable(),
});
const receiptResponse = z.object({
  reference: z.string(),
  productId: z.uuid(),
  quantity: z.int(),
  onHand: z.int(),
  available: z.int(),
});

@ApiTags('Back office')
@Controller('api/admin/stock')
@RateLimit('admin')
@WithRole('admin')
export class StockController {
  constructor(@Inject(StockService) private readonly service: StockService) {}

  @Get()
  @ApiRoute({
    summary: 'Stock of every product, the scarcest first',
    status: 200,
    query: listQuery,
    response: pageOf(levelResponse),
    problems: { 403: 'FORBIDDEN' },
    signedIn: true,
  })
  async list(
    @Query(validQuery(listQuery)) { page, pageSize }: z.output<typeof listQuery>,
  ): Promise<{ items: StockLevel[]; page: number; pageSize: number; total: number }> {
    const { items, total } = await this.service.list(page, pageSize);
    return { items, page, pageSize, total };
  }

  @Post(':productId/receive')
  @ApiRoute({
    summary: 'Books goods that arrived, once per reference (201 the first time, then 200)',
    status: 201,
    params: ['productId'],
    body: receiveInput,
    response: receiptResponse,
    problems: { 403: 'FORBIDDEN', 404: 'PRODUCT_NOT_FOUND', 409: 'RECEIPT_MISMATCH, STOCK_LIMIT' },
    signedIn: true,
  })
  async receive(
    @Param('productId') productId: string,
    @Body(valid(receiveInput)) input: z.output<typeof receiveInput>,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Receipt> {
    if (!isUuid(productId))
      throw new StockRefusedError(404, 'PRODUCT_NOT_FOUND', 'There is no such product', 'No such product');
    const goods = { productId: productId.toLowerCase(), ...input };
    const { receipt, created } = await this.service.receive(goods, {
      id: user.id,
      correlationId: request.id,
    });
    reply.code(created ? 201 : 200);
    return receipt;
  }
}
