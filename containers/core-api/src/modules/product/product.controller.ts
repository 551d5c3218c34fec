import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendJson } from '../../platform/http/json';
import { localeOf } from '@yorozu/service-kit/locale';
import { ApiRoute, pageOf } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { isUuid } from '@yorozu/service-kit/text';
import { validQuery } from '../../platform/validation';
import { ProductNotFoundError } from './errors';
import { ProductCatalogue } from './product.catalogue';
import {
  productDetailResponse,
  productListQuery,
  productResponse,
  type ProductListQuery,
} from './product.schemas';

@ApiTags('Catalogue')
@Controller('api/products')
@RateLimit('catalogue')
export class ProductController {
  constructor(@Inject(ProductCatalogue) private readonly catalogue: ProductCatalogue) {}

  @Get()
  @ApiRoute({
    summary: 'Products with what is for sale right now',
    status: 200,
    query: productListQuery,
    response: pageOf(productResponse),
  })
  async list(
    @Query(validQuery(productListQuery)) query: ProductListQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const locale = localeOf(request.headers['accept-language']);
    sendJson(reply, await this.catalogue.list(query, locale), locale);
  }

  @Get(':id')
  @ApiRoute({
    summary: 'One product',
    status: 200,
    params: ['id'],
    response: productDetailResponse,
    problems: { 404: 'PRODUCT_NOT_FOUND' },
  })
  async detail(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const locale = localeOf(request.headers['accept-language']);
    const body = isUuid(id) ? await this.catalogue.detail(id.toLowerCase(), locale) : undefined;
    if (body === undefined) throw new ProductNotFoundError(id);
    sendJson(reply, body, locale);
  }
}
