import { TransientError } from '@yorozu/lambda-shared/errors';
import { refresh, type RefreshDeps } from './refresh';

const user = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['admin'] };

/** Sessions with the tokens `good` and `orphan` (its account is gone), each good for one use. */
function make(change: Partial<RefreshDeps> = {}) {
  const spent: string[] = [];
  const owners = new Map([
    ['good', 'u-1'],
    ['orphan', 'gone'],
  ]);
  const find = async (token: string) => {
    const userId = owners.get(token);
    return userId === undefined ? undefined : { id: 's-1', userId };
  };
  const deps: RefreshDeps = {
    sessions: {
      find,
      rotate: async (token) => {
        const session = await find(token);
        if (!session || spent.includes(token)) return undefined;
        spent.push(token);
        return { ...session, token: 'next' };
      },
    },
    users: { findById: async (id) => (id === user.id ? user : undefined) },
    tokens: { issue: async ({ roles }, session) => `access ${roles.join()} ${session}` },
    ...change,
  };
  return { deps, spent };
}

const renewed = { user, accessToken: 'access admin s-1', refreshToken: 'next' };

test('changes a token for a new pair, with the roles of now', async () => {
  expect(await refresh('good', make().deps)).toEqual(renewed);
});

test.each([undefined, '', 'unknown', 'orphan'])('%s ends in nothing', async (token) => {
  expect(await refresh(token, make().deps)).toBeUndefined();
});

test('a used token ends in nothing', async () => {
  const { deps } = make();
  await refresh('good', deps);
  expect(await refresh('good', deps)).toBeUndefined();
});

const away = async (): Promise<never> => {
  throw new TransientError('AWAY', 'away');
};

test.each([
  ['the database', { users: { findById: away } }],
  ['the signing keys', { tokens: { issue: away } }],
])('without %s nothing is spent', async (_what, change) => {
  const { deps, spent } = make(change);
  await expect(refresh('good', deps)).rejects.toThrow('away');
  expect(spent).toEqual([]);
  expect(await refresh('good', { ...make().deps, sessions: deps.sessions })).toEqual(renewed);
});
