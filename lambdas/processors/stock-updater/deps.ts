import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoClaims } from '@yorozu/lambda-shared/claims';
import { clientSettings } from '@yorozu/lambda-shared/clients';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { ProductIndex } from '@yorozu/lambda-shared/product-index';
import { searchClient } from '@yorozu/lambda-shared/search-client';
import { SoonAgain } from '@yorozu/lambda-shared/soon-again';
import * as z from 'zod';
import { stockAlerts } from './alerts.adapter';
import type { StockUpdaterDeps } from './stock-updater';

const env = readEnv({
  OPENSEARCH_URL: required,
  IDEMPOTENCY_TABLE: required,
  STOCK_ALERTS_TOPIC_ARN: required,
  LOW_STOCK_THRESHOLD: z.coerce.number().int().min(0),
});

export const comeBack = new SoonAgain(new SQSClient(clientSettings));

export const deps: StockUpdaterDeps = {
  index: new ProductIndex(searchClient(env.OPENSEARCH_URL)),
  alerts: stockAlerts(
    new SNSClient(clientSettings),
    env.STOCK_ALERTS_TOPIC_ARN,
    new DynamoClaims(documentClient(), env.IDEMPOTENCY_TABLE),
  ),
  lowStockThreshold: env.LOW_STOCK_THRESHOLD,
  now: () => new Date(),
};
