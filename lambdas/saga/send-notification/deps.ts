import { DynamoClaims } from '@yorozu/lambda-shared/claims';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { SesMailer } from '@yorozu/lambda-shared/notifications/mailer';
import { Notifier } from '@yorozu/lambda-shared/notifications/notifier';
import { SnsTexter } from '@yorozu/lambda-shared/notifications/texter';
import { DynamoOrders } from '@yorozu/lambda-shared/orders';
import { stepDeps, stepEnv } from '@yorozu/lambda-shared/saga/deps';

const env = readEnv({
  ...stepEnv,
  IDEMPOTENCY_TABLE: required,
  NOTIFICATION_FROM: required,
  STOREFRONT_ORIGIN: required,
});
const client = documentClient();

export const deps = {
  ...stepDeps(env, client),
  orders: new DynamoOrders(client, env.ORDERS_TABLE),
  notifier: new Notifier({
    claims: new DynamoClaims(client, env.IDEMPOTENCY_TABLE),
    mailer: new SesMailer(env.NOTIFICATION_FROM),
    texter: new SnsTexter(),
    storefrontOrigin: env.STOREFRONT_ORIGIN,
  }),
};
