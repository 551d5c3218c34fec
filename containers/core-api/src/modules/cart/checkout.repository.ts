import { Inject, Injectable } from '@nestjs/common';
import { Batcher } from '../../platform/batcher';
import type { Pool } from '../../platform/postgres';
import { POSTGRES } from '../../platform/tokens';
import type { CartLine } from './cart';

interface Attempt {
  readonly userId: string;
  readonly checkoutId: string;
}

interface AttemptRow {
  user_id: string;
  key: string;
  items: readonly CartLine[];
}

/**
 * Which attempts to buy a cart have become orders. The row of `idempotency_keys` that accepts an order is what ends its
 * attempt, so the answer is never older than the order (ADR 10).
 */
@Injectable()
export class CheckoutRepository {
  /** Look-ups of concurrent requests go to Postgres as one query of the primary key. */
  private readonly lookups = new Batcher<Attempt, readonly CartLine[] | undefined>({
    run: async (attempts) => {
      const { rows } = await this.pool.query<AttemptRow>({
        name: 'spent-checkouts',
        text: `select k.user_id, k.key, k.items from idempotency_keys k
               join unnest($1::uuid[], $2::text[]) as wanted (user_id, key) using (user_id, key)`,
        values: [attempts.map((one) => one.userId), attempts.map((one) => one.checkoutId)],
      });
      const ordered = new Map(rows.map((row) => [`${row.user_id} ${row.key}`, row.items]));
      return attempts.map((one) => ordered.get(`${one.userId} ${one.checkoutId}`));
    },
    maxSize: 200,
    concurrency: 2,
  });

  constructor(@Inject(POSTGRES) private readonly pool: Pool) {}

  /** What the user ordered with this attempt; undefined while it is open. */
  ordered(userId: string, checkoutId: string): Promise<readonly CartLine[] | undefined> {
    return this.lookups.add({ userId, checkoutId });
  }
}
