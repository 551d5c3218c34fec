import { isUnavailable } from '@yorozu/service-kit/unavailable';

/**
 * A refusal with a stable `code`. Lambda reports `name` as the error's type, and a state machine's Catch and Retry match
 * it: every subclass sets its own, because bundlers rename classes (esbuild's keepNames would cost a fifth of every
 * AWS call: it also names each closure that the SDK makes).
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Something that may work the next time: the saga retries it by this name, a queue by receiving it again. */
export class TransientError extends DomainError {
  override readonly name: string = 'TransientError';
}

/**
 * Whether an error of a client or of the network is worth another attempt. The SDK has already retried inside its own
 * budget, so this decides about the step, not about the request.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  return !(error instanceof DomainError) && isUnavailable(error);
}

/** The error a caller should see: anything transient under the one name that is retried, everything else as it is. */
export function classified(error: unknown): unknown {
  if (error instanceof DomainError || !isTransient(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : 'transient failure';
  return new TransientError('DEPENDENCY_UNAVAILABLE', message, { cause: error });
}
