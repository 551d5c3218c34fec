import { sessionAnswer } from '@yorozu/lambda-shared/auth/session-answer';
import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { register, registration } from './register';

/** POST /api/auth/register */
export const handler = httpHandler(async (request) => {
  const { locale, correlationId } = request;
  const context = { locale, correlationId, client: deps.clientOf(request) };
  return sessionAnswer(201, await register(request.body(registration), context, deps), deps.cookie);
}, deps.callers);
