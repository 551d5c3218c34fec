import { createEvent } from '@yorozu/events';
import { startDatabase, type TestDatabase } from '@yorozu/lambda-shared/testing/database';
import { randomUUID } from 'node:crypto';
import { stopBackends } from '../../../scripts/lib/stopped';
import { accountsIn } from './accounts.adapter';
import type { NewUser } from './register';

let postgres: TestDatabase;
beforeAll(async () => {
  postgres = await startDatabase();
});
afterAll(() => postgres.stop());

function account(email: string) {
  const id = randomUUID();
  const user: NewUser = {
    id,
    email,
    name: '山田 花子',
    roles: ['customer'],
    locale: 'ja',
    passwordHash: 'hash',
  };
  const subject = { userId: id, email, name: user.name, locale: user.locale };
  return { user, event: createEvent('UserRegistered', subject, { correlationId: 'c-1' }) };
}

async function written(id: string): Promise<unknown> {
  const { rows } = await postgres.query(
    `select (select count(*)::int from users where id = $1) as users,
            (select count(*)::int from user_roles where user_id = $1) as roles,
            (select count(*)::int from outbox where user_id = $1) as events`,
    [id],
  );
  return rows[0];
}

const once = { users: 1, roles: 1, events: 1 };

it('writes account, role and event; an address is taken once', async () => {
  const accounts = accountsIn(postgres.database);
  const { user, event } = account('hanako@example.com');
  await accounts.insert(user, event);
  expect(await written(user.id)).toEqual(once);
  const other = account('Hanako@Example.com');
  await expect(accounts.insert(other.user, other.event)).rejects.toMatchObject({ code: 'EMAIL_TAKEN' });
  expect(await written(other.user.id)).toEqual({ users: 0, roles: 0, events: 0 });
});

it('an account whose first attempt went through unheard is no address taken', async () => {
  const accounts = accountsIn(postgres.database);
  const { user, event } = account('jiro@example.com');
  await accounts.insert(user, event);
  await accounts.insert(user, event);
  expect(await written(user.id)).toEqual(once);
});

it('opens an account on another connection when its own is silent, and only one when that one comes back', async () => {
  const accounts = accountsIn(postgres.database);
  const { user, event } = account('saburo@example.com');
  const stopped = await stopBackends(postgres.url, 'lambda');
  try {
    await accounts.insert(user, event);
  } finally {
    stopped.resume();
  }
  expect(await written(user.id)).toEqual(once);
});
