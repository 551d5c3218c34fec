import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { sendJson } from '../../platform/http/json';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { ProductCatalogue } from '../product/product.catalogue';

const categoriesResponse = z.array(z.object({ name: z.string(), count: z.int() }));

@ApiTags('Catalogue')
@Controller('api/categories')
@RateLimit('catalogue')
export class CategoryController {
  constructor(@Inject(ProductCatalogue) private readonly catalogue: ProductCatalogue) {}

  @Get()
  @ApiRoute({
    summary: 'Categories and how many products each has',
    status: 200,
    response: categoriesResponse,
  })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, await this.catalogue.categories());
  }
}
