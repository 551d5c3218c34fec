import { randomUUID } from 'node:crypto';
import { stopBackends } from '../../../scripts/lib/stopped';
import { databaseAt, startDatabase, type TestDatabase } from '../testing/database';
import { PostgresUsers } from './users';

let postgres: TestDatabase;
let users: PostgresUsers;
const id = randomUUID();

beforeAll(async () => {
  postgres = await startDatabase();
  users = new PostgresUsers(postgres.database);
  await postgres.query("insert into users (id, email, name) values ($1, 'hanako@example.com', '山田 花子')", [
    id,
  ]);
});
afterAll(() => postgres.stop());

it('finds a user again when its connection has fallen silent or was ended', async () => {
  expect(await users.findById(id)).toMatchObject({ email: 'hanako@example.com' });
  const stopped = await stopBackends(postgres.url, 'lambda');
  try {
    expect(stopped.pids).toHaveLength(1);
    const started = Date.now();
    expect(await users.findById(id)).toMatchObject({ id });
    expect(Date.now() - started).toBeLessThan(2_000);
  } finally {
    stopped.resume();
  }
  await postgres.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'lambda' and datname = current_database()`,
  );
  expect(await users.findById(id)).toMatchObject({ id });
});

it.each([
  ['that refuses', 'postgresql://postgres:password@127.0.0.1:1/none'],
  ['with other credentials', undefined],
])('a database %s is a transient failure', async (_what, url) => {
  const address = new URL(url ?? postgres.url);
  if (url === undefined) address.password = 'another';
  await expect(new PostgresUsers(databaseAt(address.href)).findById(id)).rejects.toMatchObject({
    name: 'TransientError',
    code: 'DATABASE_UNREACHABLE',
  });
});

it('a statement that waits for too long is one too', async () => {
  await postgres.query('begin; lock table users in access exclusive mode');
  try {
    await expect(users.findById(id)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' });
  } finally {
    await postgres.query('rollback');
  }
});
