import { refreshCookie } from '@yorozu/lambda-shared/auth/cookie';
import { DynamoSessions } from '@yorozu/lambda-shared/auth/sessions';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';

const env = readEnv({ SESSIONS_TABLE: required, JWT_ISSUER: required });

export const deps = {
  sessions: new DynamoSessions(documentClient(), env.SESSIONS_TABLE),
  cookie: refreshCookie(env.JWT_ISSUER),
};
