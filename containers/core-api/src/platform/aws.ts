import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Milliseconds. Without the last, a server that does not answer is a line in the log and waited for all the same. */
const patience = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true } as const;

/** Region, credentials and AWS_ENDPOINT_URL are read by the SDK from its standard variables. */
export function createDynamoDb(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: {
      ...patience,
      httpsAgent: { maxSockets: 100 },
      httpAgent: { maxSockets: 100 },
    },
  });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

export function createEventBridge(): EventBridgeClient {
  return new EventBridgeClient({
    maxAttempts: 3,
    requestHandler: patience,
  });
}

/** Path style because that is what every S3-compatible endpoint understands; checksums would have to be sent by the browser. */
export function createS3(pathStyle: boolean): S3Client {
  return new S3Client({
    forcePathStyle: pathStyle,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    requestHandler: patience,
  });
}
