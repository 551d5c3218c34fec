import { DynamoClaims } from '@yorozu/lambda-shared/claims';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { SesMailer } from '@yorozu/lambda-shared/notifications/mailer';
import { Notifier } from '@yorozu/lambda-shared/notifications/notifier';

const env = readEnv({
  IDEMPOTENCY_TABLE: required,
  NOTIFICATION_FROM: required,
  STOREFRONT_ORIGIN: required,
});

/** The events carry no phone number, so only mail is sent here. */
export const notifier = new Notifier({
  claims: new DynamoClaims(documentClient(), env.IDEMPOTENCY_TABLE),
  mailer: new SesMailer(env.NOTIFICATION_FROM),
  storefrontOrigin: env.STOREFRONT_ORIGIN,
});
