import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { hashPassword } from '@yorozu/lambda-shared/auth/password';
import { readEnv } from '@yorozu/lambda-shared/env';
import { randomUUID } from 'node:crypto';
import { accountsIn } from './accounts.adapter';

const shared = sessionDeps(readEnv(sessionEnv));

export const deps = {
  ...shared,
  accounts: accountsIn(shared.database),
  hash: hashPassword,
  newId: () => randomUUID(),
};
