import type { BulkOperation, BulkResult } from '@yorozu/lambda-shared/search-client';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { stockAlerts } from './alerts.adapter';
import { updateStock, type StockAlert } from './stock-updater';

const orderId = '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90';
const product = (n: number): string => `b4f7a0a6-0d51-4b58-9b0a-${String(n).padStart(12, '0')}`;

function reserved(n: number, available: number, second: number, messageId = `m-${second}`, receives = 1) {
  const now = new Date(Date.UTC(2026, 10, 1, 0, 0, second));
  const detail = { productId: product(n), quantity: 1, available, orderId };
  return { ...envelope('StockReserved', detail, { messageId, now }), receives };
}

function make(result: (id: string) => BulkResult = () => 'done') {
  const calls: BulkOperation[][] = [];
  const raised: StockAlert[] = [];
  return {
    calls,
    raised,
    deps: {
      lowStockThreshold: 10,
      alerts: { raise: async (alert: StockAlert) => void raised.push(alert) },
      index: {
        bulk: async (operations: readonly BulkOperation[]) => {
          calls.push([...operations]);
          return operations.map((operation) => result('update' in operation ? operation.update.id : ''));
        },
      },
    },
  };
}

test('writes the newest state of each product in one call, whatever the order of the records', async () => {
  const { deps, calls } = make();
  const records = [reserved(1, 40, 3), reserved(1, 42, 1), reserved(2, 0, 2), reserved(1, 41, 2, 'm-4')];
  expect(await updateStock(records, deps)).toEqual([]);
  expect(calls).toEqual([
    [
      { update: { id: product(1) }, document: { available: 40, inStock: true } },
      { update: { id: product(2) }, document: { available: 0, inStock: false } },
    ],
  ]);
});

test('raises an alert below the threshold only', async () => {
  const { deps, raised } = make();
  await updateStock([reserved(1, 10, 1), reserved(2, 9, 2)], deps);
  expect(raised).toEqual([
    { productId: product(2), available: 9, threshold: 10, at: '2026-11-01T00:00:02.000Z' },
  ]);
});

test('every record of a product whose update failed comes again, and no other', async () => {
  const { deps } = make((id) => (id === product(1) ? { error: 'rejected' } : 'done'));
  const failed = await updateStock([reserved(1, 50, 1), reserved(1, 49, 2), reserved(2, 50, 3)], deps);
  expect(failed.map(({ messageId }) => messageId)).toEqual(['m-1', 'm-2']);
});

test('a product that is not indexed yet is waited for, but not for ever', async () => {
  const { deps } = make(() => 'missing');
  expect(await updateStock([reserved(1, 50, 1, 'm-1', 1)], deps)).toHaveLength(1);
  expect(await updateStock([reserved(1, 50, 1, 'm-1', 3)], deps)).toEqual([]);
});

test('a broken record fails alone', async () => {
  const { deps, calls } = make();
  const failed = await updateStock([{ messageId: 'bad', body: '{}', receives: 1 }, reserved(1, 50, 1)], deps);
  expect(failed.map(({ messageId }) => messageId)).toEqual(['bad']);
  expect(calls[0]).toHaveLength(1);
});

describe('alerts', () => {
  const alert = { productId: product(1), available: 3, threshold: 10, at: '2026-11-01T09:00:00.000Z' };

  function topic(fail = false) {
    const published: string[] = [];
    const taken = new Set<string>();
    const claims = {
      take: async (id: string) => !taken.has(id) && Boolean(taken.add(id)),
      release: async (id: string) => void taken.delete(id),
    };
    const client = {
      send: async (command: { input: { Message?: string } }) => {
        if (fail) throw new Error('SNS');
        published.push(command.input.Message ?? '');
        return {};
      },
    };
    return { published, taken, make: () => stockAlerts(client as never, 'arn:topic', claims) };
  }

  test('once per product and day, over all containers', async () => {
    const { published, make: container } = topic();
    const [one, other] = [container(), container()];
    await one.raise(alert);
    await one.raise(alert);
    await other.raise(alert);
    expect(published).toHaveLength(1);
    await one.raise({ ...alert, at: '2026-11-02T00:00:00.000Z' });
    expect(published).toHaveLength(2);
  });

  test('one that was not published is raised again', async () => {
    const { taken, make: container } = topic(true);
    await expect(container().raise(alert)).rejects.toThrow('SNS');
    expect(taken.size).toBe(0);
  });
});
