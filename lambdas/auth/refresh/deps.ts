import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { PostgresUsers } from '@yorozu/lambda-shared/auth/users';
import { readEnv } from '@yorozu/lambda-shared/env';

const shared = sessionDeps(readEnv(sessionEnv));

export const deps = { ...shared, users: new PostgresUsers(shared.database) };
