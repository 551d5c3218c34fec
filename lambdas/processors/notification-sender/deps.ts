import { DynamoClaims } from '@yorozu/lambda-shared/claims';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { SesMailer } from '@yorozu/lambda-shared/notifications/mailer';
import { Notifier } from '@yorozu/lambda-shared/notifications/notifier';
import { count, logger } from '@yorozu/lambda-shared/observability';
import { DynamoOrders } from '@yorozu/lambda-shared/orders';
import type { NotificationSenderDeps } from './notification-sender';

const env = readEnv({
  ORDERS_TABLE: required,
  IDEMPOTENCY_TABLE: required,
  NOTIFICATION_FROM: required,
  STOREFRONT_ORIGIN: required,
});
const tables = documentClient();

/** Only mail is sent here; the SMS of a confirmation is the saga's. */
export const deps: NotificationSenderDeps = {
  notifier: new Notifier({
    claims: new DynamoClaims(tables, env.IDEMPOTENCY_TABLE),
    mailer: new SesMailer(env.NOTIFICATION_FROM),
    storefrontOrigin: env.STOREFRONT_ORIGIN,
  }),
  orders: new DynamoOrders(tables, env.ORDERS_TABLE),
  contradicted: (orderId, event, status) => {
    logger.warn('an event contradicts its order, nothing is sent', { orderId, event, status });
    count('EventsContradicted');
  },
};
