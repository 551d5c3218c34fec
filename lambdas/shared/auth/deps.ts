import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '../dynamodb';
import { required } from '../env';
import { JwtIssuer } from './access-token';
import { accountCallers } from './callers';
import { accountCookie, refreshCookie } from './cookie';
import { DeviceCookies } from './device';
import { KeyRing, SecretsManagerReader } from './keys';
import { DynamoSessions, type EndedSession } from './sessions';
import { Database } from './users';

export const sessionEnv = {
  SESSIONS_TABLE: required,
  DATABASE_SECRET_ID: required,
  JWT_SECRET_ID: required,
  JWT_ISSUER: required,
  JWT_AUDIENCE: required,
  STOREFRONT_ORIGIN: required,
};

/** What every function that signs somebody in needs, made once per container. */
export function sessionDeps(
  env: { [K in keyof typeof sessionEnv]: string },
  announceEnd: (session: EndedSession) => Promise<void>,
  client: DynamoDBDocumentClient = documentClient(),
) {
  const secrets = new SecretsManagerReader();
  const ring = new KeyRing(env.JWT_SECRET_ID, secrets);
  const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = env;
  return {
    sessions: new DynamoSessions(client, env.SESSIONS_TABLE, announceEnd),
    tokens: new JwtIssuer(ring, { issuer, audience }),
    database: new Database(env.DATABASE_SECRET_ID, secrets),
    cookie: refreshCookie(issuer),
    devices: new DeviceCookies(ring, { issuer, audience, cookie: (name) => accountCookie(issuer, name) }),
    callers: accountCallers(env),
  };
}
