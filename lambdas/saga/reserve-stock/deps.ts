import { readEnv, required } from '@yorozu/lambda-shared/env';
import { stepDeps, stepEnv } from '@yorozu/lambda-shared/saga/deps';
import { HttpStockClient } from '@yorozu/lambda-shared/stock-client';

const env = readEnv({ ...stepEnv, STOCK_SERVICE_URL: required });

export const deps = { ...stepDeps(env), stock: new HttpStockClient(env.STOCK_SERVICE_URL) };
