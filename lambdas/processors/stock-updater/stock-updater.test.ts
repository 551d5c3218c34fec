import { merge, type ProductChange } from '@yorozu/lambda-shared/product-changes';
import type { ApplyResult } from '@yorozu/lambda-shared/product-index';
import type { IndexedProduct } from '@yorozu/lambda-shared/search-index';
import { envelope } from '@yorozu/lambda-shared/testing/envelope';
import { stockAlerts } from './alerts.adapter';
import { updateStock, type StockAlert } from './stock-updater';

const orderId = '019a2f4e-7c10-7a3b-9d55-0c1f6a7b8e90';
const product = (n: number): string => `b4f7a0a6-0d51-4b58-9b0a-${String(n).padStart(12, '0')}`;

/** An event of schema 1.1, or of 1.0 where there is no version. */
function reserved(n: number, available: number, version?: number, messageId = `m-${version}`) {
  const detail = { productId: product(n), quantity: 1, available, orderId };
  return envelope(
    'StockReserved',
    { ...detail, ...(version === undefined ? {} : { version }) },
    { messageId },
  );
}

function make(refused?: number) {
  const documents = new Map<string, IndexedProduct>();
  const raised: StockAlert[] = [];
  const apply = (change: ProductChange): ApplyResult => {
    if (refused !== undefined && change.id === product(refused)) return { error: 'rejected' };
    const document = merge(documents.get(change.id), change) ?? { productId: change.id };
    documents.set(change.id, document);
    return { document };
  };
  return {
    documents,
    raised,
    deps: {
      lowStockThreshold: 10,
      now: () => new Date('2026-11-09T00:00:00.000Z'),
      alerts: { raise: async (alert: StockAlert) => void raised.push(alert) },
      index: {
        apply: async (changes: readonly ProductChange[]) => {
          for (const change of changes) apply(change);
          return changes.map(apply); // the state after the whole batch, as the index answers
        },
      },
    },
  };
}

test('writes the newest state of each product, whatever the order of the records', async () => {
  const { deps, documents } = make();
  const records = [reserved(1, 40, 3), reserved(1, 42, 1), reserved(2, 0, 2), reserved(1, 41, 2, 'm-4')];
  expect(await updateStock(records, deps)).toEqual([]);
  await updateStock([reserved(1, 41, 2)], deps);
  expect(documents.get(product(1))).toEqual({
    ...{ productId: product(1), available: 40, inStock: true, stockVersion: 3 },
  });
  expect(documents.get(product(2))).toMatchObject({ available: 0, inStock: false });
});

test('an event of schema 1.0 replaces nothing', async () => {
  const { deps, documents } = make();
  await updateStock([reserved(1, 40, 3)], deps);
  await updateStock([reserved(1, 50)], deps);
  expect(documents.get(product(1))).toMatchObject({ available: 40, stockVersion: 3 });
});

test('raises an alert below the threshold only', async () => {
  const { deps, raised } = make();
  await updateStock([reserved(1, 10, 1), reserved(2, 9, 2)], deps);
  expect(raised).toEqual([
    { productId: product(2), available: 9, threshold: 10, at: '2026-11-09T00:00:00.000Z' },
  ]);
});

test('stock that was low and is not any more alerts nobody, in the batch or late', async () => {
  const { deps, raised } = make();
  await updateStock([reserved(1, 3, 1), reserved(1, 60, 2)], deps);
  await updateStock([reserved(1, 3, 1), reserved(1, 2)], deps);
  expect(raised).toEqual([]);
});

test('a movement whose alert failed alerts when it comes again, though the index has it', async () => {
  const { deps, raised } = make();
  const failing = { ...deps, alerts: { raise: () => Promise.reject(new Error('SNS')) } };
  expect(await updateStock([reserved(1, 3, 1)], failing)).toHaveLength(1);
  expect(await updateStock([reserved(1, 3, 1)], deps)).toEqual([]);
  expect(raised).toHaveLength(1);
});

test('stock of a deleted product alerts nobody', async () => {
  const { deps, raised, documents } = make();
  documents.set(product(1), { productId: product(1), deleted: true, version: 2 });
  await updateStock([reserved(1, 3, 1)], deps);
  expect(raised).toEqual([]);
});

test('every record of a product whose update failed comes again, and no other', async () => {
  const { deps } = make(1);
  const failed = await updateStock([reserved(1, 50, 1), reserved(1, 49, 2), reserved(2, 50, 3)], deps);
  expect(failed.map(({ messageId }) => messageId)).toEqual(['m-1', 'm-2']);
});

test('stock of a product that is not indexed yet waits in the index, not in the queue', async () => {
  const { deps, documents } = make();
  expect(await updateStock([reserved(1, 50, 1)], deps)).toEqual([]);
  expect(documents.get(product(1))).toMatchObject({ available: 50 });
});

test('a broken record fails alone', async () => {
  const { deps, documents } = make();
  const failed = await updateStock([{ messageId: 'bad', body: '{}' }, reserved(1, 50, 1)], deps);
  expect(failed.map(({ messageId }) => messageId)).toEqual(['bad']);
  expect(documents.size).toBe(1);
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
