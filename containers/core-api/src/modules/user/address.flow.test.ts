import { randomUUID } from 'node:crypto';
import { startTestDynamoDb } from '../../../../../scripts/lib/dynamodb';
import { eventually, Harness, orderBody } from '../../testing/harness';
import type { SavedAddress } from './address';

let harness: Harness;
let dynamodb: Awaited<ReturnType<typeof startTestDynamoDb>>;

beforeAll(async () => {
  dynamodb = await startTestDynamoDb();
  harness = await Harness.start({ awsEndpoint: dynamodb.url, env: { RATE_LIMIT_FACTOR: '100' } });
});
afterAll(async () => {
  await harness.stop();
  await dynamodb.stop();
});

interface User {
  readonly id: string;
  readonly token: string;
}

const home = {
  name: '山田 花子',
  postalCode: '100-0001',
  prefecture: '東京都',
  city: '千代田区',
  line1: '千代田1-1',
  phone: '090-0000-0000',
};

const path = (id: string) => `/api/users/me/addresses/${id}`;
const put = ({ token }: User, id: string, body: object = home) =>
  harness.call(path(id), { token, method: 'PUT', body });
const listOf = async ({ token }: User): Promise<SavedAddress[]> =>
  (await harness.call('/api/users/me/addresses', { token })).json<{ items: SavedAddress[] }>().items;

describe('/api/users/me/addresses', () => {
  it('keeps, replaces, shows and removes', async () => {
    const user = await harness.signIn();
    const id = randomUUID();
    expect(await listOf(user)).toEqual([]);
    const added = await put(user, id, { ...home, postalCode: '〒１０００００１', line2: '' });
    expect(added.status).toBe(200);
    expect(added.json()).toEqual({ id, ...home, updatedAt: expect.any(String) });
    expect((await put(user, id)).status).toBe(200);
    const moved = { ...home, line2: '皇居 1階' };
    expect((await put(user, id, moved)).json()).toMatchObject({ id, ...moved });
    expect(await listOf(user)).toEqual([{ id, ...moved, updatedAt: expect.any(String) }]);
    expect((await harness.call(path(id.toUpperCase()), user)).json()).toMatchObject({ id, ...moved });
    const removed = await harness.call(path(id), { ...user, method: 'DELETE' });
    expect([removed.status, removed.text]).toEqual([204, '']);
    expect(await listOf(user)).toEqual([]);
    for (const method of ['GET', 'DELETE'])
      expect((await harness.call(path(id), { ...user, method })).json()).toMatchObject({
        status: 404,
        code: 'ADDRESS_NOT_FOUND',
      });
  });

  it('is never stored by browsers and proxies', async () => {
    const user = await harness.signIn();
    const id = randomUUID();
    const answers = [
      await put(user, id),
      await harness.call(path(id), user),
      await harness.call('/api/users/me/addresses', user),
      await harness.call(path(id), { ...user, method: 'DELETE' }),
    ];
    expect(answers.map((answer) => answer.headers.get('cache-control'))).toEqual(Array(4).fill('no-store'));
  });

  it('refuses what an order would refuse, field by field', async () => {
    const user = await harness.signIn();
    const refused = await put(user, randomUUID(), { ...home, postalCode: '12', city: ' ', name: 'a\nb' });
    expect(refused.status).toBe(400);
    expect(
      refused
        .json<{ errors: { path: string }[] }>()
        .errors.map((error) => error.path)
        .sort(),
    ).toEqual(['city', 'name', 'postalCode']);
    expect((await put(user, 'not-an-id')).json()).toMatchObject({ code: 'ADDRESS_NOT_FOUND' });
    expect(await listOf(user)).toEqual([]);
  });

  it("shows and changes nothing of another user's", async () => {
    const [owner, other] = [await harness.signIn(), await harness.signIn()];
    const id = randomUUID();
    const kept = (await put(owner, id)).json();
    const answers = [
      await harness.call(path(id), other),
      await put(other, id, { ...home, name: 'somebody else' }),
      await harness.call(path(id), { ...other, method: 'DELETE' }),
    ];
    expect(answers.map((answer) => [answer.status, answer.json()['code']])).toEqual(
      Array(3).fill([404, 'ADDRESS_NOT_FOUND']),
    );
    expect(await listOf(other)).toEqual([]);
    expect(await listOf(owner)).toEqual([kept]);
    expect((await harness.call('/api/users/me/addresses')).status).toBe(401);
  });

  it('keeps 20, however many come at once', async () => {
    const user = await harness.signIn();
    const ids = Array.from({ length: 30 }, () => randomUUID());
    const answers = await Promise.all(ids.map((id) => put(user, id)));
    const refused = answers.filter((answer) => answer.status !== 200);
    expect(refused.map((answer) => [answer.status, answer.json()['code']])).toEqual(
      Array(10).fill([422, 'ADDRESS_LIMIT']),
    );
    const [first] = await listOf(user);
    expect(await listOf(user)).toHaveLength(20);
    expect((await put(user, first?.id ?? '')).status).toBe(200);
  });

  it('is deleted with the account, which can keep none afterwards', async () => {
    const user = await harness.signIn();
    await put(user, randomUUID());
    await harness.resources.postgres.query('delete from users where id = $1', [user.id]);
    const { rowCount } = await harness.resources.postgres.query(
      'select 1 from user_addresses where user_id = $1',
      [user.id],
    );
    expect(rowCount).toBe(0);
    expect((await put(user, randomUUID())).status).toBe(401);
  });

  it('lists the last changed or used first', async () => {
    const user = await harness.signIn();
    const [one, other] = [randomUUID(), randomUUID()];
    await put(user, one);
    await put(user, other, { ...home, line2: '2階' });
    const order = async () => (await listOf(user)).map(({ id }) => id);
    expect(await order()).toEqual([other, one]);
    const body = orderBody(await harness.addProduct(), { shippingAddress: { ...home, line2: '' } });
    await harness.call('/api/orders', { ...user, body, headers: { 'idempotency-key': randomUUID() } });
    await eventually(async () => expect(await order()).toEqual([one, other]));
    await put(user, other, { ...home, line2: '3階' });
    expect(await order()).toEqual([other, one]);
  });
});
