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

const transientNames = new Set([
  'AbortError',
  'InternalServerError',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);
const transientCodes = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

interface ErrorTraits {
  name?: unknown;
  code?: unknown;
  cause?: unknown;
  $fault?: unknown;
  $retryable?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Whether an error of an AWS client or of the network is worth another attempt. The SDK has already retried inside its
 * own budget, so this decides about the step, not about the request.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof TransientError) return true;
  if (error instanceof DomainError || typeof error !== 'object' || error === null) return false;
  const traits = error as ErrorTraits;
  const status = traits.$metadata?.httpStatusCode;
  return (
    traits.$retryable !== undefined ||
    traits.$fault === 'server' ||
    status === 429 ||
    (status !== undefined && status >= 500) ||
    transientNames.has(String(traits.name)) ||
    transientCodes.has(String(traits.code)) ||
    (traits.cause !== undefined && isTransient(traits.cause))
  );
}

/** The error a caller should see: anything transient under the one name that is retried, everything else as it is. */
export function classified(error: unknown): unknown {
  if (error instanceof DomainError || !isTransient(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : 'transient failure';
  return new TransientError('DEPENDENCY_UNAVAILABLE', message, { cause: error });
}
