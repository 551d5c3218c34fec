import type { DomainEvent } from '@yorozu/events';
import { EmailTaken } from '@yorozu/lambda-shared/auth/errors';
import { register, registration, type NewUser } from './register';

const id = '5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e';
const input = { email: 'hanako@example.com', password: 'yorozu-demo', name: '山田 花子' };
const context = { locale: 'ja', correlationId: 'c-1', client: '192.0.2.1' } as const;
const perClient = { burst: 20, secondsEach: 180 };

function make() {
  const written: { user: NewUser; event: DomainEvent }[] = [];
  const deps = {
    written,
    accounts: {
      insert: async (user: NewUser, event: DomainEvent) => {
        if (written.some(({ user: { email } }) => email === user.email)) throw new EmailTaken();
        written.push({ user, event });
      },
    },
    hash: async (password: string) => `hash of ${password}`,
    sessions: { open: async () => ({ id: 's-1', token: 'refresh' }) },
    tokens: { issue: async (_user: unknown, session: string) => `access of ${session}` },
    devices: { remember: async (email: string) => `device of ${email}` },
    taken: [] as string[],
    allowances: {
      async take(this: void, key: string) {
        deps.taken.push(key);
        return deps.taken.length > perClient.burst ? 180 : 0;
      },
    },
    perClient,
    newId: () => id,
  };
  return deps;
}

test('writes the account with its event and signs in', async () => {
  const deps = make();
  expect(await register(input, context, deps)).toEqual({
    user: { id, email: input.email, name: input.name, roles: ['customer'] },
    accessToken: 'access of s-1',
    refreshToken: 'refresh',
    deviceCookie: `device of ${input.email}`,
  });
  expect(deps.written).toEqual([
    {
      user: expect.objectContaining({ passwordHash: 'hash of yorozu-demo', locale: 'ja' }),
      event: expect.objectContaining({ detailType: 'UserRegistered', source: 'auth.users' }),
    },
  ]);
  expect(JSON.stringify(deps.written[0]?.event)).not.toContain('yorozu-demo');
});

test('an address is taken once', async () => {
  const deps = make();
  await register(input, context, deps);
  await expect(register(input, context, deps)).rejects.toMatchObject({ status: 409, code: 'EMAIL_TAKEN' });
});

test('a weak password opens no account', async () => {
  const deps = make();
  await expect(register({ ...input, password: 'password' }, context, deps)).rejects.toMatchObject({
    code: 'COMMON_PASSWORD',
    errors: [{ path: 'password', code: 'COMMON_PASSWORD' }],
  });
  expect(deps.written).toEqual([]);
  expect(deps.taken).toEqual([]);
});

test('one client opens so many accounts, and no more mails go out', async () => {
  const deps = make();
  const answers = await Promise.allSettled(
    Array.from({ length: 60 }, (_, i) => register({ ...input, email: `${i}@example.com` }, context, deps)),
  );
  expect(deps.written).toHaveLength(20);
  expect(answers.at(-1)).toMatchObject({ reason: { status: 429, headers: { 'retry-after': '180' } } });
  expect(new Set(deps.taken)).toEqual(new Set(['register#192.0.2.1']));
});

test.each([
  [{ ...input, email: 'not an address' }],
  [{ ...input, email: 'a@b.c'.padStart(300, 'x') }],
  [{ ...input, name: '  ' }],
  [{ ...input, name: 'a\u0000b' }],
  [{ ...input, name: '\ud800' }],
  [{ ...input, password: 12345678 }],
  [{ ...input, password: 'x'.repeat(201) }],
  [{ ...input, password: 'horse\u0000battery' }],
  [{ ...input, password: 'horse\ud800battery' }],
  [{ ...input, name: 'a\u2028b' }],
  [{ email: input.email }],
  [null],
])('refuses %j', (value) => {
  expect(registration.safeParse(value).success).toBe(false);
});
