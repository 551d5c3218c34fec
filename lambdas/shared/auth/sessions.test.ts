import { startTables, type Tables } from '../testing/tables';
import { TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { DynamoSessions, familyKey, refreshLifetime, repeatable, type EndedSession } from './sessions';

let tables: Tables;
let sessions: DynamoSessions;
let table: string;
const ended: EndedSession[] = [];
let now = Date.parse('2026-11-01T00:00:00Z');

beforeAll(async () => {
  tables = await startTables();
  table = await tables.create('sessions');
  const announceEnd = async (session: EndedSession): Promise<void> => void ended.push(session);
  sessions = new DynamoSessions(tables.client, table, announceEnd, () => now);
});
beforeEach(() => {
  ended.length = 0;
});
afterAll(() => tables.close());

const open = async (): Promise<string> => (await sessions.open('u-1')).token;

async function rotated(token: string): Promise<string> {
  const next = await sessions.rotate(token);
  if (!next) throw new Error('not rotated');
  expect(next.userId).toBe('u-1');
  return next.token;
}

test('a token is changed for the next one, again and again', async () => {
  const first = await open();
  const second = await rotated(first);
  const third = await rotated(second);
  expect(new Set([first, second, third]).size).toBe(3);
});

const later = (): void => void (now += (repeatable + 1) * 1_000);

test('a token presented again within 30 s gets the same successor, also when that has been used', async () => {
  const first = await open();
  const second = await rotated(first);
  now += repeatable * 1_000;
  expect(await rotated(first)).toBe(second);
  const third = await rotated(second);
  expect(await rotated(first)).toBe(second);
  await rotated(third);
});

test('later it ends its family: the newest token is dead too', async () => {
  const first = await open();
  const second = await rotated(first);
  later();
  expect(await sessions.rotate(first)).toBeUndefined();
  expect(await sessions.rotate(second)).toBeUndefined();
});

test('uses at the same time get the same successor, and the session goes on', async () => {
  const first = await open();
  const successors = new Set(await Promise.all([1, 2, 3, 4].map(() => rotated(first))));
  expect(successors.size).toBe(1);
  await rotated([...successors][0] ?? '');
});

test('a repeated token revives no session that was signed out', async () => {
  const first = await open();
  const second = await rotated(first);
  await sessions.end(second);
  expect(await sessions.rotate(first)).toBeUndefined();
  expect(await sessions.rotate(second)).toBeUndefined();
});

test('a rotation that was carried out without any answer is repeated by the browser', async () => {
  const first = await open();
  const unheard = new DynamoSessions(
    {
      send: (async (command: TransactWriteCommand) => {
        const answer = await tables.client.send(command);
        if (!(command instanceof TransactWriteCommand)) return answer;
        throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      }) as typeof tables.client.send,
    },
    table,
    async () => undefined,
    () => now,
  );
  await expect(unheard.rotate(first)).rejects.toThrow('no answer');
  await rotated(await rotated(first));
});

test('another family of the same user goes on', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  await rotated(one);
  later();
  await sessions.rotate(one);
  await rotated(other);
});

test('signing out ends the family, and is harmless for an unknown token', async () => {
  const first = await open();
  const second = await rotated(first);
  await sessions.end(second);
  await sessions.end('nothing');
  expect(await sessions.rotate(second)).toBeUndefined();
});

test('unknown and expired tokens are nobody’s', async () => {
  expect(await sessions.rotate('nothing')).toBeUndefined();
  const first = await open();
  now += (refreshLifetime + 1) * 1_000;
  expect(await sessions.rotate(first)).toBeUndefined();
});

test('the end of a session is told with its connections: by signing out, again, and by a token used twice', async () => {
  const [out, reused] = [await sessions.open('u-1'), await sessions.open('u-1')];
  await tables.client.send(
    new UpdateCommand({
      TableName: table,
      Key: { session_id: familyKey(out.id) },
      UpdateExpression: 'ADD connections :c',
      ExpressionAttributeValues: { ':c': new Set(['c-1', 'c-2']) },
    }),
  );
  await sessions.rotate(reused.token);
  expect(ended).toEqual([]);
  await sessions.end(out.token);
  await sessions.end(out.token);
  later();
  await sessions.rotate(reused.token);
  const told = { id: out.id, connections: expect.arrayContaining(['c-1', 'c-2']) };
  expect(ended).toEqual([told, told, { id: reused.id, connections: [] }]);
});

test('finding a session spends nothing', async () => {
  const { id, token } = await sessions.open('u-1');
  expect(await sessions.find(token)).toEqual({ id, userId: 'u-1' });
  expect(await sessions.find('nothing')).toBeUndefined();
  await rotated(token);
});

test('a rotation that is cut off leaves the token good; one whose answer is lost is repeated by the SDK as one use', async () => {
  const first = await open();
  const failing = (after: boolean) =>
    new DynamoSessions(
      {
        send: (async (command: TransactWriteCommand) => {
          if (!(command instanceof TransactWriteCommand)) return tables.client.send(command);
          if (after) {
            const again = new TransactWriteCommand({ ...command.input, ClientRequestToken: randomUUID() });
            await tables.client.send(again);
            return tables.client.send(again);
          }
          throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
        }) as typeof tables.client.send,
      },
      table,
      async () => undefined,
      () => now,
    );
  await expect(failing(false).rotate(first)).rejects.toThrow('no answer');
  const second = await failing(true).rotate(first);
  await rotated(second?.token ?? '');
});
