import { Inject, Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../platform/errors';
import type { AddressInput, SavedAddress } from './address';
import { AddressRepository } from './address.repository';
import { AddressNotFoundError } from './errors';

/** A user's own addresses; another user's are not found. */
@Injectable()
export class AddressService {
  constructor(@Inject(AddressRepository) private readonly addresses: AddressRepository) {}

  list(userId: string): Promise<SavedAddress[]> {
    return this.addresses.list(userId);
  }

  /** Throws {@link AddressNotFoundError}. */
  async get(userId: string, id: string): Promise<SavedAddress> {
    const address = await this.addresses.find(userId, id);
    if (address === undefined) throw new AddressNotFoundError();
    return address;
  }

  /** Adds or replaces. Throws AddressLimitError and {@link AddressNotFoundError}. */
  async save(userId: string, id: string, input: AddressInput): Promise<SavedAddress> {
    const address = await this.addresses.save(userId, id, input);
    if (address === undefined)
      throw new UnauthenticatedError('The account no longer exists', 'invalid_token');
    return address;
  }

  /** Throws {@link AddressNotFoundError}. */
  async remove(userId: string, id: string): Promise<void> {
    if (!(await this.addresses.remove(userId, id))) throw new AddressNotFoundError();
  }
}
