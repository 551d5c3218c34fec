import { anOrder, MemoryEvents, MemoryHistory } from '@yorozu/lambda-shared/saga/testing';
import { completeOrder } from './complete-order';

test.each([
  [{ notification: { sent: true } }, true],
  [{}, false],
])('publishes the step and the event in one call (%j: notified %s)', async (more, notified) => {
  const deps = { history: new MemoryHistory(), events: new MemoryEvents() };
  expect(await completeOrder(anOrder(more), deps)).toEqual({ status: 'completed' });
  expect(deps.history).toMatchObject({ status: 'completed', types: ['OrderCompleted'] });
  expect(deps.events.calls).toHaveLength(1);
  expect(deps.events.names).toEqual(['OrderStatusChanged', 'OrderCompleted']);
  expect(deps.events.calls[0]?.[1]?.detail).toMatchObject({ notified, totalAmount: 15_000 });
});

test('completes once, and publishes again what an attempt before may not have published', async () => {
  const deps = { history: new MemoryHistory(), events: new MemoryEvents() };
  deps.events.failNext = new Error('bus');
  await expect(completeOrder(anOrder(), deps)).rejects.toThrow('bus');
  await completeOrder(anOrder(), deps);
  expect(deps.history.types).toEqual(['OrderCompleted']);
  expect(deps.events.names).toEqual(['OrderStatusChanged', 'OrderCompleted']);
});
