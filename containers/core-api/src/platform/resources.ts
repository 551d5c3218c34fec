import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Redis } from 'ioredis';
import { createDynamoDb, createEventBridge, createS3 } from './aws';
import type { Env } from './env';
import { createLogger, type Logger } from './logger';
import { createPool, type Pool } from './postgres';
import { createRedis, RedisChannels } from './redis';

/** Connections and clients of the process: made once, in one place, and closed in one place. */
export interface Resources {
  readonly env: Env;
  readonly logger: Logger;
  readonly postgres: Pool;
  readonly redis: Redis;
  readonly channels: RedisChannels;
  readonly dynamodb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly eventBridge: EventBridgeClient;
}

export function openResources(env: Env, logger: Logger = createLogger(env.LOG_LEVEL)): Resources {
  return {
    env,
    logger,
    postgres: createPool(env.DATABASE_URL, logger),
    redis: createRedis(env.REDIS_URL, logger),
    channels: new RedisChannels(env.REDIS_URL, logger),
    dynamodb: createDynamoDb(),
    s3: createS3(env.AWS_ENDPOINT_URL !== undefined),
    eventBridge: createEventBridge(),
  };
}

export async function closeResources(resources: Resources): Promise<void> {
  resources.channels.stop();
  resources.redis.disconnect();
  resources.dynamodb.destroy();
  resources.s3.destroy();
  resources.eventBridge.destroy();
  await resources.postgres.end();
}
