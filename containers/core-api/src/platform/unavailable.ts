/** Errors of sockets, Postgres (class 08, 53, 57P) and the AWS SDK that say "not now" rather than "never". */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
]);
const postgresCode = /^(08|53|57P)/;
const awsNames = new Set([
  'TimeoutError',
  'NetworkingError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'InternalServerError',
]);
/** node-postgres gives these no code. */
const postgresMessage =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i;

/** Whether the error means that a dependency cannot be reached or asks to be left alone for a moment. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (networkCodes.has(code) || (code.length === 5 && postgresCode.test(code))) return true;
  if (awsNames.has(error.name) || postgresMessage.test(error.message)) return true;
  return error.cause !== undefined && isUnavailable(error.cause);
}
