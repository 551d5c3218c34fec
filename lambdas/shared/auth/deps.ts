import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../dynamodb';
import { required } from '../env';
import { JwtIssuer } from './access-token';
import { refreshCookie } from './cookie';
import { KeyRing, SecretsManagerReader } from './keys';
import { DynamoSessions } from './sessions';
import { Database } from './users';

export const sessionEnv = {
  SESSIONS_TABLE: required,
  DATABASE_SECRET_ID: required,
  JWT_SECRET_ID: required,
  JWT_ISSUER: required,
  JWT_AUDIENCE: required,
};

/** What every function that signs somebody in needs, made once per container. */
export function sessionDeps(
  env: { [K in keyof typeof sessionEnv]: string },
  client: DynamoDBDocumentClient = documentClient(),
) {
  const secrets = new SecretsManagerReader();
  const ring = new KeyRing(env.JWT_SECRET_ID, secrets);
  return {
    sessions: new DynamoSessions(client, env.SESSIONS_TABLE),
    tokens: new JwtIssuer(ring, { issuer: env.JWT_ISSUER, audience: env.JWT_AUDIENCE }),
    database: new Database(env.DATABASE_SECRET_ID, secrets),
    cookie: refreshCookie(env.JWT_ISSUER),
  };
}
