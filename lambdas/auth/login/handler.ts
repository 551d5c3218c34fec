import { sessionAnswer } from '@yorozu/lambda-shared/auth/session-answer';
import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { credentials, login } from './login';

/** POST /api/auth/login */
export const handler = httpHandler(async (request) => {
  const caller = { client: deps.clientOf(request), cookies: request.cookies };
  return sessionAnswer(200, await login(request.body(credentials), caller, deps), deps.cookie);
}, deps.callers);
