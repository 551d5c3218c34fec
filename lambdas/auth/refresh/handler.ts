import { SessionEnded } from '@yorozu/lambda-shared/auth/errors';
import { sessionAnswer } from '@yorozu/lambda-shared/auth/session-answer';
import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { refresh } from './refresh';

/** POST /api/auth/refresh */
export const handler = httpHandler(async ({ cookies }) => {
  const signedIn = await refresh(cookies.get(deps.cookie.name), deps);
  if (!signedIn) throw new SessionEnded(deps.cookie.clear());
  return sessionAnswer(200, signedIn, deps.cookie);
}, deps.callers);
