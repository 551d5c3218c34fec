import { clientOf } from '@yorozu/lambda-shared/auth/client';
import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { hashPassword } from '@yorozu/lambda-shared/auth/password';
import { endsNone } from '@yorozu/lambda-shared/auth/sessions';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv } from '@yorozu/lambda-shared/env';
import { scaled } from '@yorozu/lambda-shared/rate-limit/allowance';
import { DynamoAllowances } from '@yorozu/lambda-shared/rate-limit/dynamo-allowances.adapter';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { accountsIn } from './accounts.adapter';

const env = readEnv({
  ...sessionEnv,
  TRUSTED_PROXIES: z.string(),
  RATE_LIMIT_FACTOR: z.coerce.number().positive(),
});
const client = documentClient();
const shared = sessionDeps(env, endsNone, client);

export const deps = {
  ...shared,
  accounts: accountsIn(shared.database),
  allowances: new DynamoAllowances(client, env.SESSIONS_TABLE),
  // A household or an office behind one address: twenty at once, then twenty an hour.
  perClient: scaled({ burst: 20, secondsEach: 180 }, env.RATE_LIMIT_FACTOR),
  hash: hashPassword,
  newId: () => randomUUID(),
  clientOf: clientOf(env.TRUSTED_PROXIES),
};
