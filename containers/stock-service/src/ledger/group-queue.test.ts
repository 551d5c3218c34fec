import { GroupQueue, kindOfFailure } from './group-queue';
import type { Outcome, StockRequest } from './requests';

const request = (orderId: string): StockRequest => ({
  kind: 'commit',
  orderId,
  trace: { correlationId: 'test' },
});
const done = (orderId: string): Outcome => ({
  kind: 'reservation',
  created: true,
  reservation: { orderId, state: 'committed', lines: [] },
});
const orderOf = (r: StockRequest): string => (r.kind === 'receive' ? r.reference : r.orderId);
const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A ledger that notes the groups it was given and fails those the test wants to fail. */
function setUp(fail: (orders: string[], call: number) => Error | undefined = () => undefined) {
  const groups: string[][] = [];
  const queue = new GroupQueue({
    apply: async (requests) => {
      const orders = requests.map(orderOf);
      groups.push(orders);
      await new Promise((resolve) => setImmediate(resolve));
      const error = fail(orders, groups.length);
      if (error) throw error;
      return { outcomes: orders.map(done), availabilities: [] };
    },
    onChanged: () => undefined,
    onFailure: () => undefined,
    maximumGroup: 8,
    maximumWaiting: 100,
  });
  return { queue, groups };
}

describe('GroupQueue', () => {
  it('applies what waits as one group, in the order of arrival and of bounded size', async () => {
    const { queue, groups } = setUp();
    const orders = Array.from({ length: 19 }, (_, index) => `o${index}`);
    const outcomes = await Promise.all(orders.map((order) => queue.submit(request(order))));
    expect(outcomes).toEqual(orders.map(done));
    expect(groups.map((group) => group.length)).toEqual([8, 8, 3]);
    expect(groups.flat()).toEqual(orders);
  });

  it('starts again after it was idle', async () => {
    const { queue, groups } = setUp();
    await queue.submit(request('a'));
    await queue.submit(request('b'));
    expect(groups).toEqual([['a'], ['b']]);
  });

  it('fails only the request that Postgres refuses', async () => {
    const { queue } = setUp((orders) => (orders.includes('bad') ? failure('22003') : undefined));
    const orders = ['a', 'b', 'bad', 'c', 'd'];
    const settled = await Promise.allSettled(orders.map((order) => queue.submit(request(order))));
    expect(settled.map((result) => result.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('applies a group again after a deadlock or a lost connection', async () => {
    const { queue, groups } = setUp((_, call) =>
      call < 3 ? failure(call === 1 ? '40P01' : 'ECONNRESET') : undefined,
    );
    await expect(Promise.all(['a', 'b'].map((order) => queue.submit(request(order))))).resolves.toHaveLength(
      2,
    );
    expect(groups).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('answers 503 while Postgres is away and goes on afterwards', async () => {
    let away = true;
    const { queue, groups } = setUp(() => (away ? failure('ECONNREFUSED') : undefined));
    await expect(queue.submit(request('a'))).rejects.toMatchObject({
      status: 503,
      code: 'STOCK_UNAVAILABLE',
    });
    expect(groups).toHaveLength(3);
    away = false;
    await expect(queue.submit(request('b'))).resolves.toEqual(done('b'));
  });

  it('refuses more than it can hold', async () => {
    const { queue } = setUp();
    const settled = await Promise.allSettled(
      Array.from({ length: 101 }, (_, i) => queue.submit(request(`o${i}`))),
    );
    expect(settled.filter((result) => result.status === 'rejected')).toEqual([
      { status: 'rejected', reason: expect.objectContaining({ code: 'OVERLOADED' }) },
    ]);
  });
});

it.each([
  ['40P01', 'contention'],
  ['55P03', 'contention'],
  ['57P01', 'connection'],
  ['53300', 'connection'],
  ['ECONNREFUSED', 'connection'],
  ['ETIMEDOUT', 'connection'],
  ['23514', 'request'],
  ['22P02', 'request'],
])('takes %s for %s', (code, kind) => {
  expect(kindOfFailure(failure(code))).toBe(kind);
});

it('takes the errors of a broken driver connection for a lost connection', () => {
  expect(kindOfFailure(new Error('Connection terminated unexpectedly'))).toBe('connection');
  expect(kindOfFailure(new TypeError('x is undefined'))).toBe('request');
});
