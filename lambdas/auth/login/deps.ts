import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { verifyPassword } from '@yorozu/lambda-shared/auth/password';
import { PostgresUsers } from '@yorozu/lambda-shared/auth/users';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv } from '@yorozu/lambda-shared/env';
import { DynamoLoginFailures } from './login-failures.adapter';

const env = readEnv(sessionEnv);
const client = documentClient();
const shared = sessionDeps(env, client);

export const deps = {
  ...shared,
  users: new PostgresUsers(shared.database),
  failures: new DynamoLoginFailures(client, env.SESSIONS_TABLE),
  verify: verifyPassword,
};
