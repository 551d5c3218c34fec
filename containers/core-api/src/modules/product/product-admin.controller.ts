import { Body, Controller, Delete, HttpCode, Inject, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentUser, WithRole } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { isUuid } from '@yorozu/service-kit/text';
import { valid } from '../../platform/validation';
import { ProductNotFoundError } from './errors';
import type { Product } from './product';
import { ProductImages, type ImageUpload } from './product-images';
import {
  imageUploadInput,
  imageUploadResponse,
  productAdminResponse,
  productInput,
  type ImageUploadInput,
  type ProductInput,
} from './product.schemas';
import { ProductService } from './product.service';

const problems = { 403: 'FORBIDDEN', 404: 'PRODUCT_NOT_FOUND' };

@ApiTags('Back office')
@Controller('api/products')
@RateLimit('admin')
@WithRole('admin')
export class ProductAdminController {
  constructor(
    @Inject(ProductService) private readonly service: ProductService,
    @Inject(ProductImages) private readonly images: ProductImages,
  ) {}

  @Post()
  @ApiRoute({
    summary: 'Adds a product',
    status: 201,
    body: productInput,
    response: productAdminResponse,
    problems: { 403: 'FORBIDDEN' },
    signedIn: true,
  })
  async create(
    @Body(valid(productInput)) input: ProductInput,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Product> {
    const product = await this.service.create(input, { id: user.id, correlationId: request.id });
    reply.header('location', `/api/products/${product.id}`);
    return product;
  }

  @Put(':id')
  @ApiRoute({
    summary: 'Replaces a product',
    status: 200,
    params: ['id'],
    body: productInput,
    response: productAdminResponse,
    problems,
    signedIn: true,
  })
  async update(
    @Param('id') id: string,
    @Body(valid(productInput)) input: ProductInput,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
  ): Promise<Product> {
    return this.service.update(productId(id), input, { id: user.id, correlationId: request.id });
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiRoute({
    summary: 'Takes a product out of the catalogue',
    status: 204,
    params: ['id'],
    problems,
    signedIn: true,
  })
  async remove(
    @Param('id') id: string,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    await this.service.remove(productId(id), { id: user.id, correlationId: request.id });
  }

  @Post(':id/image')
  @ApiRoute({
    summary: 'A presigned upload for a picture',
    status: 201,
    params: ['id'],
    body: imageUploadInput,
    response: imageUploadResponse,
    problems,
    signedIn: true,
  })
  image(
    @Param('id') id: string,
    @Body(valid(imageUploadInput)) input: ImageUploadInput,
  ): Promise<ImageUpload> {
    return this.images.presign(productId(id), input);
  }
}

function productId(id: string): string {
  if (!isUuid(id)) throw new ProductNotFoundError(id);
  return id.toLowerCase();
}
