import { randomUUID } from 'node:crypto';
import { Harness } from '../../testing/harness';

let harness: Harness;
let user: { id: string; token: string };

beforeAll(async () => {
  harness = await Harness.start();
  user = await harness.signIn();
});
afterAll(() => harness.stop());

/** What the functions of accounts do when a session ends (lambdas/shared/auth/session-end.adapter.ts). */
async function end(sessionId: string): Promise<void> {
  const until = Math.floor(Date.now() / 1_000) + 960;
  const { redis } = harness.resources;
  await redis.multi().zadd('sessions:denied', until, sessionId).publish('sessions:ended', sessionId).exec();
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await done())) {
    if (Date.now() > deadline) throw new Error('did not happen in 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const statusOf = async (token: string): Promise<number> =>
  (await harness.call('/api/users/me', { token })).status;

it('refuses the tokens of a session that has ended, at once, and no others of the user', async () => {
  const [mine, other] = [randomUUID(), randomUUID()];
  const [mineToken, otherToken] = await Promise.all(
    [mine, other].map((sid) => harness.sign({ sub: user.id, sid })),
  );
  expect(await statusOf(mineToken ?? '')).toBe(200);
  const started = Date.now();
  await end(mine);
  await until(async () => (await statusOf(mineToken ?? '')) === 401);
  expect(Date.now() - started).toBeLessThan(1_000);
  expect(await statusOf(otherToken ?? '')).toBe(200);
  const answer = await harness.call('/api/cart', { token: mineToken ?? '' });
  expect(answer.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

it('hears of what ended while its connection was cut', async () => {
  const sid = randomUUID();
  const token = await harness.sign({ sub: user.id, sid });
  await harness.resources.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await harness.resources.redis.zadd('sessions:denied', Math.floor(Date.now() / 1_000) + 960, sid);
  await until(async () => (await statusOf(token)) === 401);
});
