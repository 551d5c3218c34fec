import { securityHeaders } from '@yorozu/service-kit/security-headers';
import { STATUS_CODES } from 'node:http';

const codes: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  413: 'PAYLOAD_TOO_LARGE',
  421: 'UNKNOWN_HOST',
  429: 'RATE_LIMITED',
  431: 'HEADERS_TOO_LARGE',
  500: 'INTERNAL_ERROR',
};

export const problemType = 'application/problem+json';

/** What every refusal carries, as every answer of the services does; the gateway of a local run speaks plain HTTP. */
export const refusalHeaders: readonly (readonly [name: string, value: string])[] = [
  ['cache-control', 'no-store'],
  ...Object.entries(securityHeaders(undefined)),
];

/** Statuses after which the same request may pass in a moment. */
export function isTemporary(status: number): boolean {
  return status === 429 || status === 503;
}

/**
 * The gateway's own errors in the shop's shape (RFC 9457), with the member that API Gateway itself answers: on AWS an
 * HTTP API says `{"message": "Not Found"}` and nothing else, and cannot be made to say more.
 */
export function problemBody(status: number, message: string, correlationId: string): string {
  const title = STATUS_CODES[status] ?? 'Error';
  const code = codes[status] ?? title.toUpperCase().replace(/\W+/g, '_');
  const type = `https://yorozu.example/problems/${code.toLowerCase().replaceAll('_', '-')}`;
  return JSON.stringify({ type, title, status, detail: message, code, correlationId, message });
}

/** A whole answer for a socket that has no response: handshakes, and requests that could not be read. */
export function rawAnswer(status: number, contentType: string, body: string, correlationId: string): string {
  const headers = {
    connection: 'close',
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'x-correlation-id': correlationId,
    ...Object.fromEntries(refusalHeaders),
    ...(isTemporary(status) ? { 'retry-after': 1 } : {}),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`;
}
