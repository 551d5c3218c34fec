import { anOrder, MemoryEvents, MemoryHistory, MemoryStock } from '@yorozu/lambda-shared/saga/testing';
import { releaseStock } from './release-stock';

const make = () => ({ history: new MemoryHistory(), events: new MemoryEvents(), stock: new MemoryStock(5) });
const declined = anOrder({ error: { Error: 'PaymentDeclined' }, stockReservation: {} });

describe('compensation', () => {
  test('frees what reserve-stock held, and tells why', async () => {
    const deps = make();
    await deps.stock.reserve(declined);
    expect(await releaseStock(declined, deps)).toEqual({ released: true });
    expect(deps.stock.available).toBe(5);
    expect(deps.history.types).toEqual(['PaymentDeclined', 'StockReleased']);
    expect(deps.events.calls).toHaveLength(1);
  });

  test('brings back what update-stock deducted', async () => {
    const deps = make();
    await deps.stock.reserve(declined);
    await deps.stock.commit(declined.orderId);
    await releaseStock(declined, deps);
    expect(deps.stock.available).toBe(5);
  });

  test('succeeds when nothing was held, and bars a reservation that comes late', async () => {
    const deps = make();
    const order = anOrder({ error: { Error: 'States.Timeout' } });
    expect(await releaseStock(order, deps)).toEqual({ released: false });
    expect(deps.history.entries).toEqual([
      expect.objectContaining({ type: 'StepFailed', detail: { step: 'ReserveStock' } }),
    ]);
    await expect(deps.stock.reserve(order)).rejects.toMatchObject({ code: 'RESERVATION_RELEASED' });
  });

  test('frees once when it is repeated', async () => {
    const deps = make();
    await deps.stock.reserve(declined);
    deps.events.failNext = new Error('bus');
    await expect(releaseStock(declined, deps)).rejects.toThrow('bus');
    expect(await releaseStock(declined, deps)).toEqual({ released: true });
    expect(deps.stock.available).toBe(5);
    expect(deps.history.types).toEqual(['PaymentDeclined', 'StockReleased']);
  });

  test('after a refund the cause stands already', async () => {
    const deps = make();
    await deps.stock.reserve(declined);
    await releaseStock({ ...declined, error: { Error: 'States.Timeout' }, refund: { refunded: true } }, deps);
    expect(deps.history.types).toEqual(['StockReleased']);
  });
});
