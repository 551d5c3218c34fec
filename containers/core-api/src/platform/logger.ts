import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/** Names of members that are never written, at any depth that our log lines have. */
const secrets = [
  'authorization',
  'cookie',
  'token',
  'ticket',
  'password',
  'email',
  'phone',
  'shippingAddress',
];

/** JSON lines on stdout (or `destination`); requests carry `correlationId`. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { service: 'core-api' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    destination ?? pino.destination({ sync: false }),
  );
}
