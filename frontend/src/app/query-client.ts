import { onlineManager, QueryClient } from '@tanstack/react-query';
import { isUnknownOutcome } from '../lib/api-client';
import { isOnline } from '../lib/connection';

/**
 * `networkMode: 'always'`: without a network a request fails at once and says so, where the library would wait silently
 * behind a skeleton.
 */
export function createQueryClient(): QueryClient {
  // The library believes in a network until an event says otherwise, and would miss that one came.
  onlineManager.setOnline(isOnline());
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        refetchOnReconnect: true,
        staleTime: 15_000,
        // What the shop refused stays refused; only silence and server faults are asked again.
        retry: (failures, error) => failures < 2 && isOnline() && isUnknownOutcome(error),
      },
      mutations: { networkMode: 'always' },
    },
  });
}
