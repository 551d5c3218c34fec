import { hashPassword, verifyPassword } from '@yorozu/lambda-shared/auth/password';
import { startTables, type Tables } from '@yorozu/lambda-shared/testing/tables';
import { DynamoLoginFailures } from './login-failures.adapter';
import { login, type LoginDeps } from './login';

const user = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['customer'] };
let tables: Tables;
let table: string;
let passwordHash: string;
let now = Date.parse('2026-11-01T00:00:00Z');

beforeAll(async () => {
  [tables, passwordHash] = await Promise.all([startTables(), hashPassword('yorozu-demo')]);
});
afterAll(() => tables.close());
beforeEach(async () => {
  table = await tables.create('sessions');
});

function make(verified: (string | undefined)[] = []): LoginDeps {
  return {
    users: {
      findByEmail: async (email) => (email.toLowerCase() === user.email ? { user, passwordHash } : undefined),
    },
    failures: new DynamoLoginFailures(tables.client, table, () => now),
    verify: (password, hash) => {
      verified.push(hash);
      return verifyPassword(password, hash);
    },
    sessions: { open: async (id) => `refresh-${id}` },
    tokens: { issue: async ({ id }) => `access-${id}` },
  };
}

const quick = async (password: string, hash: string | undefined): Promise<boolean> =>
  hash !== undefined && password === 'yorozu-demo';

test('signs in whatever the case of the address', async () => {
  expect(await login({ email: 'Hanako@Example.com', password: 'yorozu-demo' }, make())).toEqual({
    user,
    accessToken: 'access-u-1',
    refreshToken: 'refresh-u-1',
  });
});

test('an unknown address costs the same work and gets the same answer as a wrong password', async () => {
  const verified: (string | undefined)[] = [];
  const deps = make(verified);
  const answers = await Promise.all(
    ['nobody@example.com', user.email].map((email) =>
      login({ email, password: 'wrong' }, deps).catch((error: unknown) => error),
    ),
  );
  expect(answers).toEqual([
    expect.objectContaining({ code: 'INVALID_CREDENTIALS' }),
    expect.objectContaining({ code: 'INVALID_CREDENTIALS' }),
  ]);
  expect(String(answers[0])).toBe(String(answers[1]));
  expect(verified).toHaveLength(2);
});

test.each([user.email, 'nobody@example.com'])(
  'ten failures block %s, and time unblocks it',
  async (email) => {
    const deps = make();
    for (let i = 0; i < 10; i += 1) {
      await expect(login({ email, password: 'wrong' }, deps)).rejects.toMatchObject({
        code: 'INVALID_CREDENTIALS',
      });
    }
    await expect(login({ email, password: 'yorozu-demo' }, deps)).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '900' },
    });
    now += 901_000;
    const later = login({ email, password: 'wrong' }, deps);
    await expect(later).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect(login({ email, password: 'wrong' }, deps)).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
  },
  60_000,
);

test('a success forgets the failures before it', async () => {
  const deps = { ...make(), verify: quick };
  for (let i = 0; i < 9; i += 1)
    await login({ email: user.email, password: 'no' }, deps).catch(() => undefined);
  await login({ email: user.email, password: 'yorozu-demo' }, deps);
  await expect(login({ email: user.email, password: 'no' }, deps)).rejects.toMatchObject({ status: 401 });
  await expect(login({ email: user.email, password: 'no' }, deps)).rejects.toMatchObject({ status: 401 });
});
