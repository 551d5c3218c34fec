import type { FastifyReply } from 'fastify';
import type { Locale } from '@yorozu/service-kit/locale';

/**
 * Sends JSON that is already text. It may be kept but not used unasked (`no-cache`): it shows live stock, and it differs
 * by Accept-Language.
 */
export function sendJson(reply: FastifyReply, body: Buffer, locale?: Locale): void {
  reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-cache');
  if (locale !== undefined) reply.header('vary', 'accept-language').header('content-language', locale);
  void reply.send(body);
}
