/**
 * What an error says about the server that was asked, for Postgres, Redis, the AWS SDK, OpenSearch and plain sockets:
 * - `lost`: the connection broke or fell silent under way. Whether the server did it is unknown; another connection
 *   may work at once.
 * - `away`: it cannot be reached, or asks to be left alone for a moment.
 * - `busy`: others stood in the way (locks, a deadlock, a statement that took too long); the same may pass next time.
 * Anything else is not the server's fault: undefined.
 */
export type Fault = 'lost' | 'away' | 'busy';

const codes: Readonly<Record<string, Fault>> = {
  ECONNRESET: 'lost',
  EPIPE: 'lost',
  ETIMEDOUT: 'lost',
  UND_ERR_SOCKET: 'lost',
  EAI_AGAIN: 'away',
  ECONNREFUSED: 'away',
  EHOSTUNREACH: 'away',
  ENETUNREACH: 'away',
  ENOTFOUND: 'away',
  UND_ERR_CONNECT_TIMEOUT: 'away',
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  '25006': 'lost', // the server became a replica: the primary is elsewhere
  '25P03': 'lost', // the server ended a transaction that stood still
  '57P01': 'lost',
  '57P02': 'lost',
  '40001': 'busy',
  '40P01': 'busy',
  '55P03': 'busy',
  '57014': 'busy',
};
/** Connection exceptions, insufficient resources (connections, memory, disk), operator intervention, system errors. */
const awayClasses = /^(08|53|57P|58)[0-9A-Z]+$/;

const awayNames = new Set([
  'AbortError',
  'ConnectionError',
  'InternalServerError',
  'LimitExceededException',
  'MaxRetriesPerRequestError',
  'NetworkingError',
  'NoLivingConnectionsError',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestTimeout',
  'ServiceUnavailable',
  'ThrottlingException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

/** What node-postgres and ioredis say without a code. */
const messages: readonly (readonly [RegExp, Fault])[] = [
  [
    /^connection terminated due to connection timeout|^timeout expired|exceeded when trying to connect/i,
    'away',
  ],
  [/^connection terminated|^query read timeout|not queryable$/i, 'lost'],
  [/^command timed out|^connection is closed|^stream isn't writeable|^(LOADING|READONLY|TRYAGAIN) /i, 'away'],
];

interface Traits {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly $fault?: unknown;
  readonly $retryable?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function faultOf(error: unknown): Fault | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const traits = error as Traits;
  return (
    faultOfCode(traits.code) ??
    (saysAway(traits) ? 'away' : undefined) ??
    messages.find(([pattern]) => pattern.test(String(traits.message)))?.[1] ??
    faultOf(traits.cause) ??
    // Several addresses were tried, each in vain.
    (Array.isArray(traits.errors) ? traits.errors.map(faultOf).find(Boolean) : undefined)
  );
}

/** Whether the same request may work in a moment: the answer is 503, and a queue or a saga tries again. */
export function isUnavailable(error: unknown): boolean {
  return faultOf(error) !== undefined;
}

function faultOfCode(code: unknown): Fault | undefined {
  if (typeof code !== 'string') return undefined;
  return codes[code] ?? (code.length === 5 && awayClasses.test(code) ? 'away' : undefined);
}

function saysAway({ name, $fault, $retryable, $metadata }: Traits): boolean {
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    $retryable !== undefined ||
    $fault === 'server' ||
    status === 429 ||
    status >= 500 ||
    awayNames.has(String(name))
  );
}
