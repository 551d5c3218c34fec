import type { QueryClient } from '@tanstack/react-query';
import { onIdentityChange, personalKey } from '../lib/identity';
import { forgetOthers } from '../lib/storage';

/** Nobody sees what another left behind: caches and storage of whoever leaves are emptied. Returns how to stop. */
export function forgetWhoLeft(queries: QueryClient): () => void {
  return onIdentityChange((now, before) => {
    forgetOthers(now);
    if (before === undefined) return;
    const queryKey = personalKey(before);
    void queries.cancelQueries({ queryKey });
    queries.removeQueries({ queryKey });
    queries.getMutationCache().clear();
  });
}
