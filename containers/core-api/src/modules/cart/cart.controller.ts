import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Patch,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { GuestOrSignedIn } from '../../platform/auth/auth.guard';
import { cookieHeader, readCookie } from '../../platform/http/cookies';
import { localeOf } from '@yorozu/service-kit/locale';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { isUuid, uuid } from '@yorozu/service-kit/text';
import { valid } from '../../platform/validation';
import { cartLifeDays, maximumQuantity } from './cart';
import { CartService, type CartOwner, type ChangedCart } from './cart.service';
import type { CartView } from './cart-view';
import { CartItemNotFoundError } from './errors';

const quantity = z.number().int().min(1).max(maximumQuantity);
const addInput = z.object({ productId: uuid, quantity });
const setInput = z.object({ quantity });

const cartResponse = z.object({
  checkoutId: z
    .uuid()
    .nullable()
    .describe(
      'Names the attempt to buy this cart: the Idempotency-Key of its order. Null while the cart is empty',
    ),
  items: z.array(
    z.object({
      productId: z.uuid(),
      name: z.string(),
      price: z.int(),
      quantity: z.int(),
      available: z.int(),
      imageUrl: z.string().nullable(),
      gone: z
        .literal(true)
        .optional()
        .describe('The product is no longer sold; the line has no price and can only be removed'),
    }),
  ),
  subtotal: z.int(),
  currency: z.string(),
});
const addResponse = cartResponse.extend({
  added: z.int().describe('How many were added: no more than are for sale, and no more than 99 in a line'),
});

const cookieName = 'sid';
const cookiePath = '/api';
const cookieLifeSeconds = cartLifeDays * 24 * 3_600;

@ApiTags('Cart')
@Controller('api/cart')
@RateLimit('cart')
@GuestOrSignedIn()
export class CartController {
  constructor(@Inject(CartService) private readonly carts: CartService) {}

  @Get()
  @ApiRoute({
    summary: 'The cart of the guest (cookie sid) or user',
    status: 200,
    response: cartResponse,
    problems: { 409: 'CART_CONFLICT' },
  })
  async get(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CartView> {
    return this.carts.view(await this.ownerOf(request, reply), this.locale(request, reply));
  }

  @Post('items')
  @HttpCode(200)
  @ApiRoute({
    summary: 'Adds to the cart as many as are for sale',
    status: 200,
    body: addInput,
    response: addResponse,
    problems: { 404: 'PRODUCT_NOT_FOUND', 409: 'CART_CONFLICT', 422: 'CART_LIMIT' },
  })
  async add(
    @Body(valid(addInput)) input: z.output<typeof addInput>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CartView & { added: number }> {
    const owner = await this.ownerOf(request, reply);
    return this.answer(
      request,
      reply,
      await this.carts.add(owner, input.productId, input.quantity, this.locale(request, reply)),
    );
  }

  @Patch('items/:productId')
  @ApiRoute({
    summary: 'Sets a quantity',
    status: 200,
    params: ['productId'],
    body: setInput,
    response: cartResponse,
    problems: { 404: 'CART_ITEM_NOT_FOUND, PRODUCT_NOT_FOUND', 409: 'CART_CONFLICT' },
  })
  async set(
    @Param('productId') productId: string,
    @Body(valid(setInput)) input: z.output<typeof setInput>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CartView> {
    const owner = await this.ownerOf(request, reply);
    return this.answer(
      request,
      reply,
      await this.carts.set(owner, lineId(productId), input.quantity, this.locale(request, reply)),
    );
  }

  @Delete('items/:productId')
  @ApiRoute({
    summary: 'Removes a product; one that is not there is fine',
    status: 200,
    params: ['productId'],
    response: cartResponse,
    problems: { 404: 'CART_ITEM_NOT_FOUND', 409: 'CART_CONFLICT' },
  })
  async remove(
    @Param('productId') productId: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CartView> {
    const owner = await this.ownerOf(request, reply);
    return this.answer(
      request,
      reply,
      await this.carts.remove(owner, lineId(productId), this.locale(request, reply)),
    );
  }

  /** The first request of a user who still carries a guest's cookie merges that cart. */
  private async ownerOf(request: FastifyRequest, reply: FastifyReply): Promise<CartOwner> {
    const cookie = readCookie(request.headers.cookie, cookieName);
    // Anything but a UUID is not ours, and could name another record of the table.
    const sid = isUuid(cookie) ? cookie.toLowerCase() : undefined;
    if (request.user === undefined) return { sid };
    if (sid !== undefined) {
      await this.carts.merge(sid, request.user.id);
      this.setCookie(request, reply, '', 0);
    }
    return { userId: request.user.id };
  }

  private answer<View extends CartView>(
    request: FastifyRequest,
    reply: FastifyReply,
    { view, sid }: ChangedCart<View>,
  ): View {
    if (sid !== undefined) this.setCookie(request, reply, sid, cookieLifeSeconds);
    return view;
  }

  private setCookie(request: FastifyRequest, reply: FastifyReply, sid: string, maxAgeSeconds: number): void {
    const secure = request.protocol === 'https';
    reply.header('set-cookie', cookieHeader(cookieName, sid, { path: cookiePath, secure, maxAgeSeconds }));
  }

  private locale(request: FastifyRequest, reply: FastifyReply) {
    reply.header('cache-control', 'no-store').header('vary', 'accept-language');
    return localeOf(request.headers['accept-language']);
  }
}

function lineId(productId: string): string {
  if (!isUuid(productId)) throw new CartItemNotFoundError('No such product');
  return productId.toLowerCase();
}
