import { Inject, Injectable } from '@nestjs/common';
import { Batcher } from '../../platform/batcher';
import type { Locale } from '@yorozu/service-kit/locale';
import { LruCache } from '../../platform/lru';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import type { User } from './user';

interface UserRow {
  id: string;
  email: string;
  name: string;
  locale: Locale;
  created_at: Date;
}

const columns = 'id, email, name, locale, created_at';

@Injectable()
export class UserRepository {
  /** Orders need the buyer's name and address; a change elsewhere is seen after this long. */
  private readonly recent = new LruCache<string, User>(10_000, 30_000);
  private readonly lookups = new Batcher<string, User | undefined>({
    run: async (ids) => {
      const { rows } = await this.pool.query<UserRow>({
        name: 'users-by-id',
        text: `select ${columns} from users where id = any($1::uuid[])`,
        values: [[...new Set(ids)]],
      });
      const found = new Map(rows.map((row) => [row.id, userOf(row)]));
      return ids.map((id) => found.get(id));
    },
    maxSize: 200,
    concurrency: 1,
  });

  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  /** As it is, or as it was some seconds ago. */
  async findRecent(id: string): Promise<User | undefined> {
    const known = this.recent.get(id);
    if (known !== undefined) return known;
    const user = await this.lookups.add(id);
    if (user !== undefined) this.recent.set(id, user);
    return user;
  }

  find(id: string): Promise<User | undefined> {
    return this.lookups.add(id);
  }

  async roles(id: string): Promise<string[]> {
    const { rows } = await this.pool.query<{ role: string }>(
      'select role from user_roles where user_id = $1 order by role',
      [id],
    );
    return rows.map((row) => row.role);
  }

  async update(
    id: string,
    change: { name?: string | undefined; locale?: Locale | undefined },
  ): Promise<User | undefined> {
    const { rows } = await this.pool.query<UserRow>(
      `update users set name = coalesce($2, name), locale = coalesce($3, locale), updated_at = now()
       where id = $1 returning ${columns}`,
      [id, change.name ?? null, change.locale ?? null],
    );
    const user = rows[0] && userOf(rows[0]);
    if (user) this.recent.set(id, user);
    return user;
  }
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    locale: row.locale,
    createdAt: row.created_at.toISOString(),
  };
}
