import { Inject, Injectable } from '@nestjs/common';
import type { ShippingAddress } from '@yorozu/service-kit/address';
import { Batcher } from '../../platform/batcher';
import { inTransaction, type Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import { maximumAddresses, type SavedAddress } from './address';
import { AddressLimitError, AddressNotFoundError } from './errors';

interface AddressRow {
  id: string;
  name: string;
  postal_code: string;
  prefecture: string;
  city: string;
  line1: string;
  line2: string | null;
  phone: string;
  updated_at: Date;
}

interface Use {
  readonly userId: string;
  readonly address: ShippingAddress;
}

const columns = 'id, name, postal_code, prefecture, city, line1, line2, phone, updated_at';

@Injectable()
export class AddressRepository {
  private readonly uses = new Batcher<Use, void>({
    run: (uses) => this.noteAll(uses),
    maxSize: 100,
    concurrency: 1,
  });

  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  /** Last changed or used first. */
  async list(userId: string): Promise<SavedAddress[]> {
    const { rows } = await this.pool.query<AddressRow>(
      `select ${columns} from user_addresses where user_id = $1 order by updated_at desc, id`,
      [userId],
    );
    return rows.map(addressOf);
  }

  async find(userId: string, id: string): Promise<SavedAddress | undefined> {
    const { rows } = await this.pool.query<AddressRow>(
      `select ${columns} from user_addresses where user_id = $1 and id = $2`,
      [userId, id],
    );
    return rows[0] && addressOf(rows[0]);
  }

  /**
   * Undefined when there is no such user. Throws {@link AddressLimitError} and, where the id is another user's,
   * {@link AddressNotFoundError}. The user's row is locked, so addresses put at once cannot exceed the bound together.
   */
  save(userId: string, id: string, address: ShippingAddress): Promise<SavedAddress | undefined> {
    return inTransaction(this.pool, async (client) => {
      const owner = await client.query('select 1 from users where id = $1 for no key update', [userId]);
      if (owner.rowCount === 0) return undefined;
      const others = await client.query('select 1 from user_addresses where user_id = $1 and id <> $2', [
        userId,
        id,
      ]);
      if ((others.rowCount ?? 0) >= maximumAddresses) throw new AddressLimitError();
      const { rows } = await client.query<AddressRow>(
        `insert into user_addresses as mine (user_id, id, name, postal_code, prefecture, city, line1, line2, phone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set name = excluded.name, postal_code = excluded.postal_code,
           prefecture = excluded.prefecture, city = excluded.city, line1 = excluded.line1, line2 = excluded.line2,
           phone = excluded.phone, updated_at = now()
         where mine.user_id = excluded.user_id
         returning ${columns}`,
        [userId, id, ...valuesOf(address)],
      );
      if (rows[0] === undefined) throw new AddressNotFoundError();
      return addressOf(rows[0]);
    });
  }

  /** Whether there was one. */
  async remove(userId: string, id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query('delete from user_addresses where user_id = $1 and id = $2', [
      userId,
      id,
    ]);
    return rowCount !== 0;
  }

  /** Moves the address to the front of the user's if it is one of them. */
  noteUse(userId: string, address: ShippingAddress): Promise<void> {
    return this.uses.add({ userId, address });
  }

  private async noteAll(uses: readonly Use[]): Promise<void[]> {
    const values = uses.map(({ address }) => valuesOf(address));
    await this.pool.query({
      name: 'note-address-uses',
      text: `update user_addresses as saved set updated_at = now()
             from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
               as used (user_id, name, postal_code, prefecture, city, line1, line2, phone)
             where saved.user_id = used.user_id
               and (saved.name, saved.postal_code, saved.prefecture, saved.city, saved.line1, saved.phone)
                 = (used.name, used.postal_code, used.prefecture, used.city, used.line1, used.phone)
               and saved.line2 is not distinct from used.line2`,
      values: [
        uses.map((use) => use.userId),
        ...Array.from({ length: 7 }, (_, column) => values.map((row) => row[column])),
      ],
    });
    return uses.map(() => undefined);
  }
}

/** In the order of the columns; a second line that says nothing is none. */
function valuesOf({ name, postalCode, prefecture, city, line1, line2, phone }: ShippingAddress) {
  return [name, postalCode, prefecture, city, line1, line2 === '' ? null : (line2 ?? null), phone];
}

function addressOf(row: AddressRow): SavedAddress {
  const { id, name, prefecture, city, line1, line2, phone } = row;
  return {
    id,
    name,
    postalCode: row.postal_code,
    prefecture,
    city,
    line1,
    ...(line2 !== null && { line2 }),
    phone,
    updatedAt: row.updated_at.toISOString(),
  };
}
