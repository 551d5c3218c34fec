import type { DomainEvent } from '@yorozu/events';
import { insertOutbox } from '@yorozu/events/outbox';
import { EmailTaken } from '@yorozu/lambda-shared/auth/errors';
import type { Database } from '@yorozu/lambda-shared/auth/users';
import pg from 'pg';
import type { NewUser, RegisterDeps } from './register';

const uniqueViolation = '23505';

/** The tables `users`, `user_roles` and `outbox`, written in one transaction; core-api's relay publishes the event. */
export function accountsIn(database: Database): RegisterDeps['accounts'] {
  return {
    insert: async (user, event) => {
      try {
        await database.write(async (client) => {
          await insertUser(client, user);
          await insertOutbox(client, 'outbox', [outboxEvent(user, event)]);
        });
      } catch (error) {
        if (!isTaken(error)) throw error;
        // The first attempt went through and only its answer was lost: the address is taken by this very account.
        if (!(await exists(database, user.id))) throw new EmailTaken();
      }
    },
  };
}

function exists(database: Database, id: string): Promise<boolean> {
  return database.read(async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM users WHERE id = $1', [id]);
    return rowCount === 1;
  });
}

async function insertUser(client: pg.PoolClient, user: NewUser): Promise<void> {
  await client.query(
    `WITH account AS (
       INSERT INTO users (id, email, password_hash, name, locale) VALUES ($1, $2, $3, $4, $5) RETURNING id
     )
     INSERT INTO user_roles (user_id, role) SELECT account.id, role FROM account, unnest($6::text[]) AS role`,
    [user.id, user.email, user.passwordHash, user.name, user.locale, user.roles],
  );
}

function outboxEvent(user: NewUser, { eventId, source, detailType, detail }: DomainEvent) {
  return { eventId, source, detailType, detail, aggregateId: user.id, userId: user.id };
}

function isTaken(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === uniqueViolation;
}
