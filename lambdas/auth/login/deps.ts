import { clientOf } from '@yorozu/lambda-shared/auth/client';
import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { verifyPassword } from '@yorozu/lambda-shared/auth/password';
import { endsNone } from '@yorozu/lambda-shared/auth/sessions';
import { PostgresUsers } from '@yorozu/lambda-shared/auth/users';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv } from '@yorozu/lambda-shared/env';
import { DynamoAllowances } from '@yorozu/lambda-shared/rate-limit/dynamo-allowances.adapter';
import * as z from 'zod';
import { Attempts } from './attempts';

const env = readEnv({ ...sessionEnv, TRUSTED_PROXIES: z.string() });
const client = documentClient();
const shared = sessionDeps(env, endsNone, client);

export const deps = {
  ...shared,
  users: new PostgresUsers(shared.database),
  attempts: new Attempts(new DynamoAllowances(client, env.SESSIONS_TABLE)),
  verify: verifyPassword,
  clientOf: clientOf(env.TRUSTED_PROXIES),
};
