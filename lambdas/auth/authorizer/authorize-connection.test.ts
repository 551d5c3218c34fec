import { authorizeConnection } from './authorize-connection';

function tickets(...good: string[]) {
  const left = new Set(good);
  return {
    consume: async (ticket: string) =>
      left.delete(ticket) ? { userId: 'u-1', sessionId: 's-1' } : undefined,
  };
}

test('a ticket lets its holder in, once', async () => {
  const store = tickets('t-1');
  expect(await authorizeConnection('t-1', store)).toEqual({
    effect: 'Allow',
    userId: 'u-1',
    sessionId: 's-1',
  });
  expect(await authorizeConnection('t-1', store)).toEqual({ effect: 'Deny' });
});

test.each([undefined, '', 'forged'])('%s is refused', async (ticket) => {
  expect(await authorizeConnection(ticket, tickets('t-1'))).toEqual({ effect: 'Deny' });
});
