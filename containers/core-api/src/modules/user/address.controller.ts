import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isUuid } from '@yorozu/service-kit/text';
import { CurrentUser, SignedIn } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { valid } from '../../platform/validation';
import {
  addressInput,
  addressListResponse,
  addressResponse,
  type AddressInput,
  type SavedAddress,
} from './address';
import { AddressService } from './address.service';
import { AddressNotFoundError } from './errors';

@ApiTags('Me')
@Controller('api/users/me/addresses')
@RateLimit('account')
@SignedIn()
export class AddressController {
  constructor(@Inject(AddressService) private readonly addresses: AddressService) {}

  @Get()
  @Header('cache-control', 'no-store')
  @ApiRoute({
    summary: 'Your addresses, the last changed or used first; at most 20',
    status: 200,
    response: addressListResponse,
    signedIn: true,
  })
  async list(@CurrentUser() user: Principal): Promise<{ items: SavedAddress[] }> {
    return { items: await this.addresses.list(user.id) };
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiRoute({
    summary: 'One of your addresses',
    status: 200,
    params: ['id'],
    response: addressResponse,
    problems: { 404: 'ADDRESS_NOT_FOUND' },
    signedIn: true,
  })
  get(@CurrentUser() user: Principal, @Param('id') id: string): Promise<SavedAddress> {
    return this.addresses.get(user.id, addressId(id));
  }

  @Put(':id')
  @Header('cache-control', 'no-store')
  @ApiRoute({
    summary: 'Adds an address under an id of your making, or replaces it',
    status: 200,
    params: ['id'],
    body: addressInput,
    response: addressResponse,
    problems: { 404: "ADDRESS_NOT_FOUND: no UUID, or another user's", 422: 'ADDRESS_LIMIT' },
    signedIn: true,
  })
  save(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body(valid(addressInput)) input: AddressInput,
  ): Promise<SavedAddress> {
    return this.addresses.save(user.id, addressId(id), input);
  }

  @Delete(':id')
  @HttpCode(204)
  @Header('cache-control', 'no-store')
  @ApiRoute({
    summary: 'Removes an address',
    status: 204,
    params: ['id'],
    problems: { 404: 'ADDRESS_NOT_FOUND' },
    signedIn: true,
  })
  remove(@CurrentUser() user: Principal, @Param('id') id: string): Promise<void> {
    return this.addresses.remove(user.id, addressId(id));
  }
}

function addressId(id: string): string {
  if (!isUuid(id)) throw new AddressNotFoundError();
  return id.toLowerCase();
}
