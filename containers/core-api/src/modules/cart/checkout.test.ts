import { v4 as uuidv4, v7 as uuidv7 } from 'uuid';
import { hasExpired, needsRenewal, newCheckoutId } from './checkout';

const dayMs = 24 * 3_600_000;
const aged = (ms: number) => uuidv7({ msecs: Date.now() - ms });

describe('the age of a checkoutId', () => {
  it('ends it after 30 days', () => {
    expect([newCheckoutId(), aged(30 * dayMs - 1_000), aged(30 * dayMs)].map(hasExpired)).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('lets a cart keep it until no order is taken with it anywhere', () => {
    const ids = [newCheckoutId(), aged(30 * dayMs), aged(30 * dayMs + 60_000)];
    expect(ids.map(needsRenewal)).toEqual([false, false, true]);
  });

  it('does not concern keys that other clients make up', () => {
    expect([uuidv4(), 'my-key', '0'.repeat(36)].map(hasExpired)).toEqual([false, false, false]);
  });
});
