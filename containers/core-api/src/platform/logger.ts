import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Names of members that are never written, at the top and one level below. Log lines hold no bodies anyway. */
const secrets = [
  'authorization',
  'cookie',
  'token',
  'ticket',
  'password',
  'email',
  'phone',
  'shippingAddress',
  'customer',
  'personal',
];
/** Where Postgres quotes the row that it refuses ("Failing row contains …"). */
const quotedRows = ['err.detail', 'err.cause.detail'];

/** JSON lines on stdout (or `destination`); requests carry `correlationId`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'core-api' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: [...secrets.flatMap((name) => [name, `*.${name}`]), ...quotedRows],
        censor: '[redacted]',
      },
    },
    destination ?? pino.destination({ sync: false }),
  );
}
