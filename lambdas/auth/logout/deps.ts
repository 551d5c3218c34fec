import { refreshCookie } from '@yorozu/lambda-shared/auth/cookie';
import { accountCallers } from '@yorozu/lambda-shared/auth/callers';
import { sessionEndDeps, sessionEndEnv } from '@yorozu/lambda-shared/auth/session-end.deps';
import { DynamoSessions } from '@yorozu/lambda-shared/auth/sessions';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';

const env = readEnv({
  SESSIONS_TABLE: required,
  JWT_ISSUER: required,
  STOREFRONT_ORIGIN: required,
  ...sessionEndEnv,
});

export const deps = {
  sessions: new DynamoSessions(documentClient(), env.SESSIONS_TABLE, sessionEndDeps(env)),
  cookie: refreshCookie(env.JWT_ISSUER),
  callers: accountCallers(env),
};
