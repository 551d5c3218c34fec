import { useSyncExternalStore } from 'react';

/** The browser's word on the network; false is certain, true is a hope. */
export const isOnline = (): boolean => navigator.onLine;

function onConnectionChange(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

export function useOnline(): boolean {
  return useSyncExternalStore(onConnectionChange, isOnline);
}

/** Resolves after `ms`, or as soon as the network is back, or when `signal` ends the wait. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    signal?.addEventListener('abort', done);
    if (signal?.aborted === true) done();
  });
}

/** How long to wait before try number `attempt` (from 1): doubling up to 15 s, never less than the shop asked for. */
export function backOff(attempt: number, retryAfterSeconds = 0): number {
  const growing = Math.min(15_000, 500 * 2 ** Math.min(attempt, 5));
  return Math.max(retryAfterSeconds * 1_000, growing * (0.5 + Math.random() / 2));
}
