import { readEnv } from '@yorozu/lambda-shared/env';
import { stepDeps, stepEnv } from '@yorozu/lambda-shared/saga/deps';

export const deps = stepDeps(readEnv(stepEnv));
