import { sessionAnswer } from '@yorozu/lambda-shared/auth/session-answer';
import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { credentials, login } from './login';

/** POST /api/auth/login */
export const handler = httpHandler(async (request) =>
  sessionAnswer(200, await login(request.body(credentials), deps), deps.cookie),
);
