import { refresh } from './refresh';

const user = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['admin'] };
const deps = {
  sessions: {
    rotate: async (token: string) =>
      token === 'good'
        ? { id: 's-1', userId: 'u-1', token: 'next' }
        : token === 'orphan'
          ? { id: 's-1', userId: 'gone', token: 'next' }
          : undefined,
  },
  users: { findById: async (id: string) => (id === user.id ? user : undefined) },
  tokens: {
    issue: async ({ roles }: { roles: readonly string[] }, session: string) =>
      `access ${roles.join()} ${session}`,
  },
};

test('changes a token for a new pair, with the roles of now', async () => {
  expect(await refresh('good', deps)).toEqual({
    user,
    accessToken: 'access admin s-1',
    refreshToken: 'next',
  });
});

test.each([undefined, '', 'used', 'orphan'])('%s ends in nothing', async (token) => {
  expect(await refresh(token, deps)).toBeUndefined();
});
