import { Redis } from 'ioredis';
import { startTestRedis } from '../../../../../scripts/lib/redis';
import { scaledPolicies } from './policies';
import { RateLimiter } from './rate-limiter';

let server: Awaited<ReturnType<typeof startTestRedis>>;
let redis: Redis;
const warnings: unknown[] = [];
const logger = { warn: (fields: unknown) => void warnings.push(fields) };

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

async function takeMany(
  limiter: RateLimiter,
  id: string,
  count: number,
  policy: { limit: number; lease: number },
) {
  const taken = await Promise.all(
    Array.from({ length: count }, async () => limiter.take('test', id, { windowSeconds: 60, ...policy })),
  );
  return taken.filter((wait) => wait === undefined).length;
}

describe('RateLimiter', () => {
  it.each([1, 3, 10])('lets exactly the limit pass, with leases of %d', async (lease) => {
    const limiter = new RateLimiter(redis, logger);
    await expect(takeMany(limiter, `exact-${lease}`, 50, { limit: 20, lease })).resolves.toBe(20);
    expect(await limiter.take('test', `exact-${lease}`, { limit: 20, windowSeconds: 60, lease })).toEqual(
      expect.any(Number),
    );
  });

  it('counts instances together and ids apart', async () => {
    const [one, two] = [new RateLimiter(redis, logger), new RateLimiter(redis, logger)];
    const passed = await Promise.all(
      [one, two].map((limiter) => takeMany(limiter, 'shared', 30, { limit: 20, lease: 1 })),
    );
    expect(passed.reduce((sum, n) => sum + n)).toBe(20);
    await expect(takeMany(one, 'other', 5, { limit: 20, lease: 1 })).resolves.toBe(5);
  });

  it('starts anew when the window is over', async () => {
    const limiter = new RateLimiter(redis, logger);
    const policy = { limit: 1, windowSeconds: 60, lease: 1 };
    expect(await limiter.take('test', 'window', policy)).toBeUndefined();
    expect(await limiter.take('test', 'window', policy)).toBeGreaterThan(50);
    await redis.pexpire('rate:test:window', 1);
    const later = new RateLimiter(redis, logger, () => Date.now() + 61_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await later.take('test', 'window', policy)).toBeUndefined();
    await expect(redis.pttl('rate:test:window')).resolves.toBeGreaterThan(0);
  });

  it('lets everything pass while Redis is away, and says so once', async () => {
    warnings.length = 0;
    const away = { eval: () => Promise.reject(new Error('Connection is closed.')) } as unknown as Redis;
    const limiter = new RateLimiter(away, logger);
    await expect(takeMany(limiter, 'x', 50, { limit: 1, lease: 1 })).resolves.toBe(50);
    expect(warnings).toHaveLength(1);
  });
});

it('scales limits and keeps leases small beside them', () => {
  expect(scaledPolicies(0.001).catalogue).toMatchObject({ limit: 6, lease: 1 });
  expect(scaledPolicies(10)['order-write'].limit).toBe(1_200);
});
