import { Inject, Injectable } from '@nestjs/common';
import { UnauthenticatedError } from '../../platform/errors';
import type { Locale } from '@yorozu/service-kit/locale';
import type { User } from './user';
import { UserRepository } from './user.repository';

export type Profile = User & { readonly roles: readonly string[] };

@Injectable()
export class UserService {
  constructor(@Inject(UserRepository) private readonly users: UserRepository) {}

  async profile(id: string): Promise<Profile> {
    const [user, roles] = await Promise.all([this.users.find(id), this.users.roles(id)]);
    return { ...existing(user), roles };
  }

  async update(
    id: string,
    change: { name?: string | undefined; locale?: Locale | undefined },
  ): Promise<Profile> {
    const user = existing(await this.users.update(id, change));
    return { ...user, roles: await this.users.roles(id) };
  }
}

/** A token outlives its account by at most 15 minutes. */
function existing(user: User | undefined): User {
  if (user === undefined) throw new UnauthenticatedError('The account no longer exists', 'invalid_token');
  return user;
}
