import { hashPassword, verifyPassword } from '@yorozu/lambda-shared/auth/password';
import { TransientError } from '@yorozu/lambda-shared/errors';
import { DynamoAllowances } from '@yorozu/lambda-shared/rate-limit/dynamo-allowances.adapter';
import { startTables, type Tables } from '@yorozu/lambda-shared/testing/tables';
import { Attempts } from './attempts';
import { credentials, login, type LoginDeps } from './login';

const user = { id: 'u-1', email: 'hanako@example.com', name: '山田 花子', roles: ['customer'] };
const [right, wrong] = ['yorozu-demo', 'wrong'];
let tables: Tables;
let table: string;
let now = Date.parse('2026-11-01T00:00:00Z');

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  table = await tables.create('sessions');
});

function make(more: Partial<LoginDeps> = {}): LoginDeps {
  return {
    users: {
      findByEmail: async (email) =>
        email.toLowerCase() === user.email ? { user, passwordHash: right } : undefined,
    },
    attempts: new Attempts(new DynamoAllowances(tables.client, table, () => now)),
    devices: {
      remember: async (email) => `device=${email}`,
      recognise: async (email, cookies) =>
        cookies.get('device') === email ? `device of ${email}` : undefined,
    },
    verify: async (password, hash) => password === hash,
    sessions: { open: async (id) => ({ id: 's-1', token: `refresh-${id}` }) },
    tokens: { issue: async ({ id }, session) => `access-${id}-${session}` },
    ...more,
  };
}

const stranger = { client: '192.0.2.66', cookies: new Map<string, string>() };
const owner = { client: '192.0.2.1', cookies: new Map([['device', user.email]]) };

/** What each attempt came to: 200, or the status of its problem. */
async function attempt(
  email: string,
  password: string,
  caller: typeof stranger,
  deps: LoginDeps,
): Promise<number> {
  return login({ email, password }, caller, deps).then(
    () => 200,
    (error: { status?: number }) => error.status ?? 500,
  );
}
const count = (statuses: readonly number[], status: number): number =>
  statuses.filter((one) => one === status).length;

test('signs in whatever the case of the address, and makes the browser known', async () => {
  expect(await login({ email: 'Hanako@Example.com', password: right }, stranger, make())).toEqual({
    user,
    accessToken: 'access-u-1-s-1',
    refreshToken: 'refresh-u-1',
    deviceCookie: 'device=Hanako@Example.com',
  });
});

test('an unknown address costs the same work and gets the same answer as a wrong password', async () => {
  const verified: (string | undefined)[] = [];
  const passwordHash = await hashPassword(right);
  const deps = make({
    users: { findByEmail: async (email) => (email === user.email ? { user, passwordHash } : undefined) },
    verify: (password, hash) => {
      verified.push(hash);
      return verifyPassword(password, hash);
    },
  });
  const answers = await Promise.all(
    ['nobody@example.com', user.email].map((email) =>
      login({ email, password: wrong }, stranger, deps).catch((error: unknown) => error),
    ),
  );
  expect(answers).toEqual([
    expect.objectContaining({ code: 'INVALID_CREDENTIALS' }),
    expect.objectContaining({ code: 'INVALID_CREDENTIALS' }),
  ]);
  expect(String(answers[0])).toBe(String(answers[1]));
  expect(verified).toEqual([undefined, passwordHash]);
});

describe('guesses at one account', () => {
  test.each([user.email, 'nobody@example.com'])('ten are allowed at %s, even at once', async (email) => {
    const deps = make();
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, i) => attempt(email, wrong, { ...stranger, client: `c-${i}` }, deps)),
    );
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([10, 20]);
    await expect(login({ email, password: right }, stranger, deps)).rejects.toMatchObject({
      status: 429,
      headers: { 'retry-after': '90' },
    });
    now += 900_000;
    expect(await attempt(email, wrong, stranger, deps)).toBe(401);
  });

  test('lock strangers out, not the owner’s browser', async () => {
    const deps = make();
    for (let i = 0; i < 12; i += 1) await attempt(user.email, wrong, stranger, deps);
    expect(await attempt(user.email, right, stranger, deps)).toBe(429);
    expect(await attempt(user.email, right, { ...owner, client: stranger.client }, deps)).toBe(200);
    expect(await attempt(user.email, right, stranger, deps)).toBe(429);
  });

  test('are counted for a known browser too', async () => {
    const deps = make();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push(await attempt(user.email, wrong, owner, deps));
    expect([count(statuses, 401), count(statuses, 429)]).toEqual([10, 2]);
    expect(await attempt(user.email, right, stranger, deps)).toBe(200);
  });

  test('are forgotten after a success', async () => {
    const deps = make();
    for (let i = 0; i < 9; i += 1) await attempt(user.email, wrong, stranger, deps);
    expect(await attempt(user.email, right, stranger, deps)).toBe(200);
    for (let i = 0; i < 10; i += 1) expect(await attempt(user.email, wrong, stranger, deps)).toBe(401);
  });
});

test('one client that tries a hundred accounts is stopped; it locks none of them, and others go on', async () => {
  const deps = make();
  const statuses = await Promise.all(
    Array.from({ length: 100 }, (_, i) => attempt(`shopper-${i}@example.com`, 'Spring2026!', stranger, deps)),
  );
  expect([count(statuses, 401), count(statuses, 429)]).toEqual([50, 50]);
  for (let i = 0; i < 20; i += 1) await attempt(user.email, wrong, stranger, deps);
  expect(await attempt(user.email, right, { ...stranger, client: '192.0.2.2' }, deps)).toBe(200);
  now += 18_000;
  expect(await attempt(user.email, right, stranger, deps)).toBe(200);
});

test('an office whose sign-ins succeed is never stopped', async () => {
  const deps = make();
  for (let i = 0; i < 60; i += 1) expect(await attempt(user.email, right, stranger, deps)).toBe(200);
});

test('an outage of the database uses nobody’s attempts up', async () => {
  const away = make({ users: { findByEmail: () => Promise.reject(new TransientError('X', 'away')) } });
  for (let i = 0; i < 60; i += 1) expect(await attempt(user.email, right, stranger, away)).toBe(500);
  expect(await attempt(user.email, right, stranger, make())).toBe(200);
});

test.each([
  [{ email: 'a\u0000@example.com', password: right }],
  [{ email: '\ud800@example.com', password: right }],
  [{ email: 'x'.repeat(255), password: right }],
  [{ email: user.email, password: 'x'.repeat(201) }],
  [{ email: user.email }],
  [{ email: { $ne: null }, password: right }],
])('refuses %j before anything is looked up', (value) => {
  expect(credentials.safeParse(value).success).toBe(false);
});
