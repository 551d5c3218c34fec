import { v7 as uuidv7, validate, version } from 'uuid';

/** An attempt older than this is over, bought or not: what it became is remembered a day longer, not for ever. */
export const checkoutLifeDays = 30;

const lifeMs = checkoutLifeDays * 24 * 3_600_000;
/** Clocks differ: a cart gives up an id only once no instance takes an order with it any more. */
const clockToleranceMs = 60_000;

/**
 * A cart's checkoutId names the attempt to buy it: the storefront sends it as the order's Idempotency-Key, so one attempt
 * gives one order however many tabs, reloads and lost answers it has. It is a UUIDv7, which tells its age, so a page that
 * was left open for weeks cannot order what was bought long ago.
 */
export function newCheckoutId(): string {
  return uuidv7();
}

/** Whether the key may be some cart's checkoutId, and not one that another client made up. */
export function isCheckoutId(key: string): boolean {
  return validate(key) && version(key) === 7;
}

/** Whether no order may be placed with this key any more. Keys that other clients make up never expire. */
export function hasExpired(key: string): boolean {
  return ageMs(key) >= lifeMs;
}

/** Whether a cart that has this checkoutId needs another. */
export function needsRenewal(checkoutId: string): boolean {
  return ageMs(checkoutId) >= lifeMs + clockToleranceMs;
}

/** RFC 9562 section 5.7: the first 48 bits are milliseconds since 1970. */
function ageMs(key: string): number {
  if (!isCheckoutId(key)) return 0;
  return Date.now() - Number.parseInt(key.replace('-', '').slice(0, 12), 16);
}
