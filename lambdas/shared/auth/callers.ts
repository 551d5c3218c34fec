import type { CallerRule } from '../http';

/** Whose pages may send the accounts' cookies: the storefront's, and the API's own. */
export function accountCallers(env: { STOREFRONT_ORIGIN: string; JWT_ISSUER: string }): CallerRule {
  return { origins: [env.STOREFRONT_ORIGIN, new URL(env.JWT_ISSUER).origin] };
}
