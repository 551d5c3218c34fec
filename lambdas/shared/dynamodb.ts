import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from './clients';

/** One per container (the document client cannot work with cached middleware). Items are plain objects, string sets are `Set<string>`; undefined members are left out. */
export function documentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientSettings, cacheMiddleware: false }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
