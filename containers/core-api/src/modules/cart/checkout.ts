import { v7 as uuidv7 } from 'uuid';

/**
 * A cart's checkoutId names the attempt to buy it: the storefront sends it as the order's Idempotency-Key, so one attempt
 * gives one order however many tabs, reloads and lost answers it has.
 */
export function newCheckoutId(): string {
  return uuidv7();
}
