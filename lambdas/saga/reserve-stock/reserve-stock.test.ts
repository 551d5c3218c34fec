import { anOrder, MemoryEvents, MemoryHistory, MemoryStock } from '@yorozu/lambda-shared/saga/testing';
import { reserveStock } from './reserve-stock';

const make = (available: number) => ({
  history: new MemoryHistory(),
  events: new MemoryEvents(),
  stock: new MemoryStock(available),
});

test('holds the stock, writes it down and tells the owner', async () => {
  const deps = make(5);
  await reserveStock(anOrder(), deps);
  expect(deps.stock.available).toBe(3);
  expect(deps.history).toMatchObject({ status: 'processing', types: ['StockReserved'] });
  expect(deps.events.calls).toEqual([
    [
      expect.objectContaining({
        detailType: 'OrderStatusChanged',
        detail: expect.objectContaining({
          status: 'processing',
          event: expect.objectContaining({ type: 'StockReserved' }),
        }),
      }),
    ],
  ]);
});

test('holds nothing when an item is short, and says so by name', async () => {
  const deps = make(1);
  await expect(reserveStock(anOrder(), deps)).rejects.toMatchObject({
    name: 'OutOfStock',
    code: 'OUT_OF_STOCK',
  });
  expect(deps.stock.available).toBe(1);
  expect(deps.history.types).toEqual([]);
});

test('an attempt that died before publishing is repeated without holding twice', async () => {
  const deps = make(5);
  deps.events.failNext = new Error('bus');
  await expect(reserveStock(anOrder(), deps)).rejects.toThrow('bus');
  await reserveStock(anOrder(), deps);
  expect(deps.stock.available).toBe(3);
  expect(deps.history.types).toEqual(['StockReserved']);
  expect(deps.events.names).toEqual(['OrderStatusChanged']);
});
