import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from './clients';

/**
 * One per container. Items are plain objects, string sets are `Set<string>`; undefined members are left out. The
 * document client cannot work with cached middleware.
 */
export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientSettings, cacheMiddleware: false }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
