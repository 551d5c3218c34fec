import { createContext, useContext, useEffect } from 'react';
import type { LiveConnection } from './live-connection';

export const LiveContext = createContext<LiveConnection | undefined>(undefined);

/** Keeps the stock of the given products up to date while the component is shown. */
export function useWatchedStock(productIds: readonly string[]): void {
  const live = useContext(LiveContext);
  const key = productIds.join(',');
  useEffect(() => (live && key ? live.watch(key.split(',')) : undefined), [live, key]);
}

/** Says that somebody watches something happen, so that a lost connection is noticed within seconds. */
export function useLiveAttention(): void {
  const live = useContext(LiveContext);
  useEffect(() => live?.attend(), [live]);
}
