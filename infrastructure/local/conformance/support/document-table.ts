import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { startDataServices, uniqueName } from './data-services';

export interface DocumentTable {
  /** Whether it is this local cloud. */
  readonly local: boolean;
  readonly client: DynamoDBClient;
  readonly documents: DynamoDBDocumentClient;
  /** Keys `user` (S) and `seq` (N); index `team-score` on `team` (S) and `score` (N), KEYS_ONLY. */
  readonly table: string;
  put(item: Record<string, unknown>): Promise<unknown>;
  get(user: string, seq: number): Promise<Record<string, unknown> | undefined>;
  close(): Promise<void>;
}

/** A table of its own for one test file. */
export async function createDocumentTable(): Promise<DocumentTable> {
  const services = await startDataServices();
  const client = new DynamoDBClient({ ...services.client, maxAttempts: 1 });
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const table = uniqueName('orders');
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'user', AttributeType: 'S' },
        { AttributeName: 'seq', AttributeType: 'N' },
        { AttributeName: 'team', AttributeType: 'S' },
        { AttributeName: 'score', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'user', KeyType: 'HASH' },
        { AttributeName: 'seq', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'team-score',
          KeySchema: [
            { AttributeName: 'team', KeyType: 'HASH' },
            { AttributeName: 'score', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: table });
  return {
    local: services.local,
    client,
    documents,
    table,
    put: (item) => documents.send(new PutCommand({ TableName: table, Item: item })),
    get: async (user, seq) => {
      const command = new GetCommand({ TableName: table, Key: { user, seq }, ConsistentRead: true });
      return (await documents.send(command)).Item;
    },
    close: async () => {
      await client.send(new DeleteTableCommand({ TableName: table }));
      client.destroy();
      await services.close();
    },
  };
}
