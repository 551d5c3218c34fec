import { Redis } from 'ioredis';
import { required } from '../env';
import { WebSocketClients } from '../websocket-clients';
import { announceEnd } from './session-end.adapter';
import type { EndedSession } from './sessions';

export const sessionEndEnv = { REDIS_URL: required, WEBSOCKET_ENDPOINT: required };

/** What a function that may end a session tells it with. Nothing connects before the first end. */
export function sessionEndDeps(env: {
  [K in keyof typeof sessionEndEnv]: string;
}): (session: EndedSession) => Promise<void> {
  const redis = new Redis(env.REDIS_URL, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: 1_000,
    commandTimeout: 1_500,
  });
  // Each command that fails says so itself.
  redis.on('error', () => undefined);
  return announceEnd({ redis, sockets: new WebSocketClients(env.WEBSOCKET_ENDPOINT) });
}
