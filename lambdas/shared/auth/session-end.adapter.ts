import type { Redis } from 'ioredis';
import { logger } from '../observability';
import type { WebSocketClients } from '../websocket-clients';
import { accessTokenLifetime } from './access-token';
import type { EndedSession } from './sessions';

/** Sorted set of ended sessions, scored by when the last access token of each has expired (epoch seconds). */
export const deniedSessions = 'sessions:denied';
/** Carries the id of each session that ends; core-api listens. */
export const sessionEnds = 'sessions:ended';

/** Clocks and the verifiers' tolerance. */
const margin = 60;

interface Deps {
  readonly redis: Pick<Redis, 'multi'>;
  readonly sockets: Pick<WebSocketClients, 'close'>;
  readonly now?: () => number;
}

/**
 * Tells everybody that a session is over: its access tokens are refused from now on, and its WebSockets are closed. The
 * session itself has ended in the table already. What cannot be told, because Redis or the WebSocket API is away, is
 * logged and lives on for at most as long as an access token; signing out does not fail for it.
 */
export function announceEnd({
  redis,
  sockets,
  now = Date.now,
}: Deps): (session: EndedSession) => Promise<void> {
  return async ({ id, connections }) => {
    const told = await Promise.allSettled([
      deny(redis, id, Math.floor(now() / 1_000)),
      ...connections.map((connection) => sockets.close(connection)),
    ]);
    for (const result of told) {
      if (result.status === 'rejected') {
        const error = result.reason as Error;
        logger.error('the end of a session could not be told everywhere', { sessionId: id, error });
      }
    }
  };
}

async function deny(redis: Pick<Redis, 'multi'>, sessionId: string, now: number): Promise<void> {
  const results = await redis
    .multi()
    .zremrangebyscore(deniedSessions, '-inf', now)
    .zadd(deniedSessions, now + accessTokenLifetime + margin, sessionId)
    .publish(sessionEnds, sessionId)
    .exec();
  const failed = results?.find(([error]) => error !== null)?.[0];
  if (failed) throw failed;
}
