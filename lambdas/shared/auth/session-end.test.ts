import { GoneException } from '@aws-sdk/client-apigatewaymanagementapi';
import { Redis } from 'ioredis';
import { startTestRedis } from '../../../scripts/lib/redis';
import { startTables, type Tables } from '../testing/tables';
import { WebSocketClients } from '../websocket-clients';
import { DynamoSessionConnections } from './session-connections.adapter';
import { announceEnd, deniedSessions, sessionEnds } from './session-end.adapter';
import { DynamoSessions } from './sessions';

let server: Awaited<ReturnType<typeof startTestRedis>>;
let redis: Redis;
let tables: Tables;
let table: string;
let closed: string[];

beforeAll(async () => {
  [server, tables] = await Promise.all([startTestRedis(), startTables()]);
  redis = new Redis(server.url);
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([server.stop(), tables.close()]);
});
beforeEach(async () => {
  closed = [];
  table = await tables.create('sessions');
});

/** @connections as AWS answers it: `gone` has gone, `broken` cannot be reached. */
const sockets = new WebSocketClients('http://unused', {
  send: (async ({ input }: { input: { ConnectionId: string } }) => {
    if (input.ConnectionId === 'gone') throw new GoneException({ message: 'gone', $metadata: {} });
    if (input.ConnectionId === 'broken') throw new Error('away');
    closed.push(input.ConnectionId);
  }) as never,
});

const sessionsWith = (store: Pick<Redis, 'multi'>): DynamoSessions =>
  new DynamoSessions(tables.client, table, announceEnd({ redis: store, sockets }));

test('signing out refuses the session’s tokens and closes its WebSockets, and no others', async () => {
  const connections = new DynamoSessionConnections(tables.client, table);
  const sessions = sessionsWith(redis);
  const [mine, other] = [await sessions.open('u-1'), await sessions.open('u-1')];
  for (const id of ['c-1', 'gone', 'broken', 'c-2', 'c-3'])
    expect(await connections.join(mine.id, id)).toBe(true);
  await connections.leave(mine.id, 'c-3');
  await connections.join(other.id, 'c-4');
  const told: string[] = [];
  const listener = redis.duplicate();
  await listener.subscribe(sessionEnds);
  listener.on('message', (_channel, id: string) => told.push(id));

  await sessions.end(mine.token);

  expect(closed.sort()).toEqual(['c-1', 'c-2']);
  const until = Number(await redis.zscore(deniedSessions, mine.id)) - Date.now() / 1_000;
  expect(Math.round(until / 10) * 10).toBe(960);
  expect(await redis.zcard(deniedSessions)).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(told).toEqual([mine.id]);
  listener.disconnect();
});

test('a connection that comes too late is refused', async () => {
  const connections = new DynamoSessionConnections(tables.client, table);
  const sessions = sessionsWith(redis);
  const { id, token } = await sessions.open('u-1');
  await sessions.end(token);
  expect(await connections.join(id, 'c-1')).toBe(false);
  expect(await connections.join('no-such-session', 'c-1')).toBe(false);
  await connections.leave('no-such-session', 'c-1');
});

test('of connections that come while the session ends, each is refused or closed', async () => {
  const connections = new DynamoSessionConnections(tables.client, table);
  const sessions = sessionsWith(redis);
  const { id, token } = await sessions.open('u-1');
  const ids = Array.from({ length: 20 }, (_, i) => `c-${i}`);
  const joins = ids.map((connection) => connections.join(id, connection));
  const [, ...joined] = await Promise.all([sessions.end(token), ...joins]);
  expect(closed.sort()).toEqual(ids.filter((_, i) => joined[i]).sort());
});

test('the list forgets sessions whose tokens have expired', async () => {
  await redis.zadd(deniedSessions, 1, 'long-ago');
  await announceEnd({ redis, sockets })({ id: 's-9', connections: [] });
  expect(await redis.zscore(deniedSessions, 'long-ago')).toBeNull();
});

test('signing out succeeds, and closes WebSockets, while Redis is away', async () => {
  const away = new Redis({ port: 9, lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  away.on('error', () => undefined);
  const sessions = sessionsWith(away);
  const { id, token } = await sessions.open('u-1');
  await new DynamoSessionConnections(tables.client, table).join(id, 'c-1');
  await sessions.end(token);
  expect(closed).toEqual(['c-1']);
  expect(await sessions.rotate(token)).toBeUndefined();
});
