import type { RatePolicy } from './rate-limiter';

/** Classes of routes that share one budget per user (signed in) or per address. */
export const ratePolicies = {
  catalogue: { limit: 6_000, windowSeconds: 60, lease: 100 },
  cart: { limit: 600, windowSeconds: 60, lease: 1 },
  account: { limit: 300, windowSeconds: 60, lease: 1 },
  'order-read': { limit: 1_200, windowSeconds: 60, lease: 5 },
  'order-write': { limit: 120, windowSeconds: 60, lease: 1 },
  'ws-ticket': { limit: 120, windowSeconds: 60, lease: 1 },
  admin: { limit: 1_200, windowSeconds: 60, lease: 1 },
} satisfies Record<string, RatePolicy>;

export type RateScope = keyof typeof ratePolicies;

/** The same policies with every limit multiplied, and leases no larger than a fifth of the limit. */
export function scaledPolicies(factor: number): Record<RateScope, RatePolicy> {
  const scaled = Object.entries(ratePolicies).map(([scope, policy]) => {
    const limit = Math.max(1, Math.round(policy.limit * factor));
    return [scope, { ...policy, limit, lease: Math.max(1, Math.min(policy.lease, Math.floor(limit / 5))) }];
  });
  return Object.fromEntries(scaled) as Record<RateScope, RatePolicy>;
}
