import { refresh } from './refresh';

const user = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['admin'] };
const deps = {
  sessions: {
    rotate: async (token: string) =>
      token === 'good'
        ? { userId: 'u-1', token: 'next' }
        : token === 'orphan'
          ? { userId: 'gone', token: 'next' }
          : undefined,
  },
  users: { findById: async (id: string) => (id === user.id ? user : undefined) },
  tokens: { issue: async ({ roles }: { roles: readonly string[] }) => `access ${roles.join()}` },
};

test('changes a token for a new pair, with the roles of now', async () => {
  expect(await refresh('good', deps)).toEqual({ user, accessToken: 'access admin', refreshToken: 'next' });
});

test.each([undefined, '', 'used', 'orphan'])('%s ends in nothing', async (token) => {
  expect(await refresh(token, deps)).toBeUndefined();
});
