import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv } from '@yorozu/lambda-shared/env';
import { paymentEnv, paymentProvider } from '@yorozu/lambda-shared/payments/provider';
import { stepDeps, stepEnv } from '@yorozu/lambda-shared/saga/deps';

const env = readEnv({ ...stepEnv, ...paymentEnv });
const client = documentClient();

export const deps = { ...stepDeps(env, client), payments: paymentProvider(env, client) };
