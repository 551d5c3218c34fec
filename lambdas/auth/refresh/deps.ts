import { sessionDeps, sessionEnv } from '@yorozu/lambda-shared/auth/deps';
import { sessionEndDeps, sessionEndEnv } from '@yorozu/lambda-shared/auth/session-end.deps';
import { PostgresUsers } from '@yorozu/lambda-shared/auth/users';
import { readEnv } from '@yorozu/lambda-shared/env';

const env = readEnv({ ...sessionEnv, ...sessionEndEnv });
const shared = sessionDeps(env, sessionEndDeps(env));

export const deps = { ...shared, users: new PostgresUsers(shared.database) };
