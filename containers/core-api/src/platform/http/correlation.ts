import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const sane = /^[A-Za-z0-9._:@+/=-]{1,128}$/;

/** The caller's x-correlation-id where it is harmless in logs and events, else a new one. */
export function correlationIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers['x-correlation-id'];
  return typeof sent === 'string' && sane.test(sent) ? sent : randomUUID();
}
