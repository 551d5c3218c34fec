import { useEffect, useRef, useState } from 'react';
import { ApiError, isUnknownOutcome } from '../../../lib/api-client';
import { backOff, isOnline, pause } from '../../../lib/connection';
import { placeOrder, type OrderRequest } from './place-order';

export type AttemptState =
  | { readonly state: 'idle' }
  | { readonly state: 'placing' }
  /** No answer: it is not known whether the order has arrived, and the shop is asked until it is. */
  | { readonly state: 'checking' }
  /** As checking, and there is no network to ask over. */
  | { readonly state: 'offline' }
  | { readonly state: 'accepted'; readonly orderId: string }
  /** The cart had been ordered before, perhaps with another card or address: that order stands. */
  | { readonly state: 'already'; readonly orderId: string }
  | { readonly state: 'refused'; readonly error: unknown };

/** A shop that keeps failing in the same way is not asked for ever. */
const mostServerErrors = 4;

/**
 * Sends an order until its outcome is known. Silence is answered by the same request with the same key, which cannot make
 * a second order: the answer is that of the first. Resolves to the outcome, or to `idle` when nobody waits for it any more.
 */
export async function settleOrder(
  checkoutId: string,
  request: OrderRequest,
  onState: (state: AttemptState) => void,
  signal: AbortSignal,
): Promise<AttemptState> {
  onState({ state: 'placing' });
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await tryOnce(checkoutId, request, attempt);
    if (signal.aborted) return { state: 'idle' };
    if (!('wait' in outcome)) {
      onState(outcome);
      return outcome;
    }
    onState({ state: isOnline() ? 'checking' : 'offline' });
    await pause(outcome.wait, signal);
  }
}

async function tryOnce(
  checkoutId: string,
  request: OrderRequest,
  attempt: number,
): Promise<AttemptState | { wait: number }> {
  try {
    return { state: 'accepted', orderId: await placeOrder(checkoutId, request) };
  } catch (error) {
    if (!(error instanceof ApiError)) return { state: 'refused', error };
    if (error.code === 'IDEMPOTENCY_KEY_REUSED' && error.orderId)
      return { state: 'already', orderId: error.orderId };
    return mustAskAgain(error, attempt)
      ? { wait: backOff(attempt, error.retryAfter) }
      : { state: 'refused', error };
  }
}

/** Once an answer was lost, being asked to wait says nothing about the order either. */
function mustAskAgain(error: ApiError, attempt: number): boolean {
  if (error.status === 500) return attempt < mostServerErrors;
  return isUnknownOutcome(error) || (attempt > 1 && error.status === 429);
}

export interface OrderAttempt {
  readonly attempt: AttemptState;
  readonly place: (checkoutId: string, request: OrderRequest) => Promise<AttemptState>;
}

/** One attempt at a time; leaving the page stops asking, not the order. */
export function useOrderAttempt(): OrderAttempt {
  const [attempt, setAttempt] = useState<AttemptState>({ state: 'idle' });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const place = (checkoutId: string, request: OrderRequest): Promise<AttemptState> => {
    running.current?.abort();
    running.current = new AbortController();
    return settleOrder(checkoutId, request, setAttempt, running.current.signal);
  };
  return { attempt, place };
}

/** Whether the shopper can do nothing but wait. */
export function isUnderWay({ state }: AttemptState): boolean {
  return state !== 'idle' && state !== 'refused';
}
