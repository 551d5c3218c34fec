import { sessionAnswer } from '@yorozu/lambda-shared/auth/session-answer';
import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { register, registration } from './register';

/** POST /api/auth/register */
export const handler = httpHandler(async (request) => {
  const { locale, correlationId } = request;
  const signedIn = await register(request.body(registration), { locale, correlationId }, deps);
  return sessionAnswer(201, signedIn, deps.cookie);
});
