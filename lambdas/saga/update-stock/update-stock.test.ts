import { anOrder, MemoryEvents, MemoryHistory, MemoryStock } from '@yorozu/lambda-shared/saga/testing';
import { updateStock } from './update-stock';

async function reserved() {
  const deps = { history: new MemoryHistory(), events: new MemoryEvents(), stock: new MemoryStock(5) };
  await deps.stock.reserve(anOrder());
  return deps;
}

test('deducts what is held, once', async () => {
  const deps = await reserved();
  await updateStock(anOrder(), deps);
  await updateStock(anOrder(), deps);
  expect(deps.stock.available).toBe(3);
  expect(deps.history.types).toEqual(['StockDeducted']);
});

test('refuses when the hold is gone', async () => {
  const deps = await reserved();
  await deps.stock.release(anOrder().orderId);
  await expect(updateStock(anOrder(), deps)).rejects.toMatchObject({ code: 'RESERVATION_RELEASED' });
});

test('fails before it deducts when the sandbox asks for it', async () => {
  const deps = await reserved();
  const order = anOrder({ payment: { paymentId: 'p-1', simulate: 'deduction-failure' } });
  await expect(updateStock(order, deps)).rejects.toMatchObject({ code: 'SIMULATED_FAILURE' });
  expect((await deps.stock.reserve(order)).state).toBe('held');
});
