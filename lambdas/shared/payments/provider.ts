import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { EnvironmentError, required } from '../env';
import type { PaymentProvider } from './port';
import { SandboxPayments } from './sandbox';

export const paymentEnv = {
  PAYMENT_PROVIDER: z.enum(['sandbox']),
  PAYMENTS_TABLE: required,
  PAYMENT_SANDBOX_ALLOWED: z.enum(['true', 'false']),
  NODE_ENV: required,
};

/**
 * The provider the environment names. The sandbox takes test tokens for real goods, so in production it refuses to
 * start unless it is allowed by name; throws {@link EnvironmentError} then.
 */
export function paymentProvider(
  env: { [K in keyof typeof paymentEnv]: string },
  client: Pick<DynamoDBDocumentClient, 'send'>,
): PaymentProvider {
  if (env.NODE_ENV === 'production' && env.PAYMENT_SANDBOX_ALLOWED !== 'true') {
    throw new EnvironmentError([
      'PAYMENT_PROVIDER: the sandbox in production needs PAYMENT_SANDBOX_ALLOWED=true',
    ]);
  }
  return new SandboxPayments(client, env.PAYMENTS_TABLE);
}
