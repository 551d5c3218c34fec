import type { DomainEvent } from '@yorozu/events';
import { EmailTaken } from '@yorozu/lambda-shared/auth/errors';
import { register, registration, type NewUser } from './register';

const id = '5b8e6f0a-3f6d-4f0c-9a53-6a0f1f1c2d3e';
const input = { email: 'hanako@example.com', password: 'yorozu-demo', name: '山田 花子' };
const context = { locale: 'ja', correlationId: 'c-1' } as const;

function make() {
  const written: { user: NewUser; event: DomainEvent }[] = [];
  return {
    written,
    accounts: {
      insert: async (user: NewUser, event: DomainEvent) => {
        if (written.some(({ user: { email } }) => email === user.email)) throw new EmailTaken();
        written.push({ user, event });
      },
    },
    hash: async (password: string) => `hash of ${password}`,
    sessions: { open: async () => 'refresh' },
    tokens: { issue: async () => 'access' },
    newId: () => id,
  };
}

test('writes the account with its event and signs in', async () => {
  const deps = make();
  expect(await register(input, context, deps)).toEqual({
    user: { id, email: input.email, name: input.name, roles: ['customer'] },
    accessToken: 'access',
    refreshToken: 'refresh',
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
    code: 'WEAK_PASSWORD',
  });
  expect(deps.written).toEqual([]);
});

test.each([
  [{ ...input, email: 'not an address' }],
  [{ ...input, email: 'a@b.c'.padStart(300, 'x') }],
  [{ ...input, name: '  ' }],
  [{ ...input, name: 'a\u0000b' }],
  [{ ...input, name: '\ud800' }],
  [{ ...input, password: 12345678 }],
  [{ ...input, password: 'x'.repeat(201) }],
  [{ email: input.email }],
  [null],
])('refuses %j', (value) => {
  expect(registration.safeParse(value).success).toBe(false);
});
