import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Buffer } from 'node:buffer';
import { isTemporary, problemBody, problemType, refusalHeaders } from './problem';

/** One request to the gateway, taken apart once. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly queryString: string;
  readonly requestId: string;
  readonly correlationId: string;
  /** When the request arrived, epoch milliseconds. */
  readonly receivedAt: number;
}

export interface Reply {
  readonly status: number;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string | Buffer;
  /** Instead of a body: the gateway's own refusal, in API Gateway's words; see problemBody. */
  readonly refusal?: string;
}

/** Largest request body of API Gateway: 10 MB. */
export const bodyLimit = 10 * 1024 * 1024;

/** What of a refused body is still read, so that its sender gets to see the answer and can go on; then it is cut off. */
const drainLimit = 4 * bodyLimit;

export class BodyTooLargeError extends Error {
  readonly code = 'BODY_TOO_LARGE';
}

export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    request,
    response,
    method: request.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    queryString: mark < 0 ? '' : url.slice(mark + 1),
    requestId: newRequestId(),
    correlationId: correlationIdOf(request.headers['x-correlation-id']),
    receivedAt: Date.now(),
  };
}

/** In the shape of API Gateway's ids: 15 characters and `=`. */
export function newRequestId(): string {
  return `${randomBytes(11).toString('base64url')}=`;
}

function correlationIdOf(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && /^[\w.:=/+-]{1,128}$/.test(sent) ? sent : randomUUID();
}

export function refuse(status: number, refusal: string, headers: Reply['headers'] = []): Reply {
  return {
    status,
    headers: [
      ['content-type', problemType],
      ...refusalHeaders,
      ...(isTemporary(status) ? ([['retry-after', '1']] as const) : []),
      ...headers,
    ],
    refusal,
  };
}

/**
 * Sends a whole answer. `extra` (CORS) and the two ids come on top of the reply's own headers; the correlation id
 * that an integration set stays.
 */
export function send(
  { response, requestId, correlationId }: Exchange,
  reply: Reply,
  extra: readonly string[],
): void {
  if (response.headersSent || response.destroyed) return;
  const flat: string[] = [];
  let correlated = false;
  for (const [name, value] of reply.headers ?? []) {
    correlated ||= name.toLowerCase() === 'x-correlation-id';
    flat.push(name, value);
  }
  if (!correlated) flat.push('x-correlation-id', correlationId);
  flat.push('apigw-requestid', requestId, ...extra);
  const { status, refusal } = reply;
  const body = refusal === undefined ? (reply.body ?? '') : problemBody(status, refusal, correlationId);
  if (reply.status !== 204 && reply.status !== 304)
    flat.push('content-length', String(Buffer.byteLength(body)));
  response.writeHead(reply.status, flat);
  response.end(body);
}

/**
 * The whole body: API Gateway passes nothing on before it has it. The rest of one that is too large is read and dropped.
 * @throws BodyTooLargeError at once
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > bodyLimit) reject(new BodyTooLargeError());
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyLimit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(new BodyTooLargeError());
        if (size > drainLimit) request.destroy();
      }
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the client went away')));
  });
}

/** The address of the client, without IPv6's mapping of IPv4. */
export function sourceIp(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
