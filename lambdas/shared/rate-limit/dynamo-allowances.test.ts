import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { startTables, type Tables } from '../testing/tables';
import { scaled } from './allowance';
import { DynamoAllowances } from './dynamo-allowances.adapter';

const tenMinutes = { burst: 10, secondsEach: 60 };
let tables: Tables;
let table: string;
let now: number;
let limits: DynamoAllowances;

beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  table = await tables.create('sessions');
  now = Date.parse('2026-11-01T00:00:00Z');
  limits = new DynamoAllowances(tables.client, table, () => now);
});

async function takeMany(key: string, count: number): Promise<number[]> {
  return Promise.all(Array.from({ length: count }, () => limits.take(key, tenMinutes)));
}
const granted = (waits: readonly number[]): number => waits.filter((wait) => wait === 0).length;

test('of many at once exactly the allowed ones are granted, each key by itself', async () => {
  const [one, other] = await Promise.all([takeMany('one', 40), takeMany('other', 3)]);
  expect(granted(one)).toBe(10);
  expect(granted(other)).toBe(3);
  expect(new Set(one.filter((wait) => wait > 0))).toEqual(new Set([60]));
});

test('comes back one by one, and no more than the burst after a long rest', async () => {
  await takeMany('x', 10);
  now += 59_000;
  expect(await limits.take('x', tenMinutes)).toBe(1);
  now += 1_000;
  expect(await limits.take('x', tenMinutes)).toBe(0);
  expect(await limits.take('x', tenMinutes)).toBe(60);
  now += 86_400_000;
  expect(granted(await takeMany('x', 30))).toBe(10);
});

test('what is given back can be taken again, and what is forgotten begins anew', async () => {
  await takeMany('x', 10);
  await limits.giveBack('x', tenMinutes);
  expect(granted(await takeMany('x', 2))).toBe(1);
  await limits.forget('x');
  await limits.giveBack('x', tenMinutes);
  expect(granted(await takeMany('x', 11))).toBe(10);
});

test('keeps neither address nor mail address, and nothing for ever', async () => {
  await limits.take('login#hanako@example.com', tenMinutes);
  const { Items = [] } = await tables.client.send(
    new ScanCommand({ TableName: table, ConsistentRead: true }),
  );
  expect(JSON.stringify(Items)).not.toContain('hanako');
  expect(Items).toEqual([expect.objectContaining({ ttl: now / 1_000 + 660 })]);
});

test('a factor allows that many times as often', () => {
  expect(scaled(tenMinutes, 10)).toEqual({ burst: 100, secondsEach: 6 });
  expect(scaled(tenMinutes, 0.01)).toEqual({ burst: 1, secondsEach: 6_000 });
});
