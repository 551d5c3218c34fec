import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv } from '@yorozu/lambda-shared/env';
import { DynamoOrders } from '@yorozu/lambda-shared/orders';
import { paymentEnv, paymentProvider } from '@yorozu/lambda-shared/payments/provider';
import { stepDeps, stepEnv } from '@yorozu/lambda-shared/saga/deps';

const env = readEnv({ ...stepEnv, ...paymentEnv });
const client = documentClient();

export const deps = {
  ...stepDeps(env, client),
  orders: new DynamoOrders(client, env.ORDERS_TABLE),
  payments: paymentProvider(env, client),
};
