import {
  BatchWriteCommand,
  PutCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { TransientError } from '@yorozu/lambda-shared/errors';
import type { Connections } from './connection';

/** API Gateway closes a WebSocket after two hours; a row that survives its connection goes with the table's TTL. */
const longest = 2 * 3_600 + 60;
const writesPerCall = 25;
const topicOf = (productId: string): string => `product#${productId}`;

interface Write {
  PutRequest?: { Item: Record<string, unknown> };
  DeleteRequest?: { Key: Record<string, unknown> };
}

/** `ecommerce-connections`: one row for the connection itself and one per watched product. */
export class DynamoConnections implements Connections {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  async open(connectionId: string, userId: string): Promise<void> {
    await this.client.send(
      new PutCommand({
        TableName: this.table,
        Item: {
          connection_id: connectionId,
          topic: 'connection',
          user_id: userId,
          connected_at: new Date(this.now()).toISOString(),
          ttl: this.ttl(),
        },
      }),
    );
  }

  async close(connectionId: string): Promise<void> {
    const topics = await this.topics(connectionId, '');
    await this.write(
      topics.map((topic) => ({ DeleteRequest: { Key: { connection_id: connectionId, topic } } })),
    );
  }

  async watch(connectionId: string, productIds: readonly string[]): Promise<void> {
    const wanted = new Set(productIds.map(topicOf));
    const current = new Set(await this.topics(connectionId, 'product#'));
    const gone = [...current].filter((topic) => !wanted.has(topic));
    const fresh = [...wanted].filter((topic) => !current.has(topic));
    const ttl = this.ttl();
    await this.write([
      ...gone.map((topic) => ({ DeleteRequest: { Key: { connection_id: connectionId, topic } } })),
      ...fresh.map((topic) => ({ PutRequest: { Item: { connection_id: connectionId, topic, ttl } } })),
    ]);
  }

  private async topics(connectionId: string, prefix: string): Promise<string[]> {
    const { Items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: `connection_id = :id${prefix === '' ? '' : ' AND begins_with(topic, :prefix)'}`,
        ExpressionAttributeValues: { ':id': connectionId, ...(prefix === '' ? {} : { ':prefix': prefix }) },
        ProjectionExpression: 'topic',
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => String(item['topic']));
  }

  private async write(writes: readonly Write[]): Promise<void> {
    for (let from = 0; from < writes.length; from += writesPerCall) {
      const { UnprocessedItems } = await this.client.send(
        new BatchWriteCommand({ RequestItems: { [this.table]: writes.slice(from, from + writesPerCall) } }),
      );
      if (Object.keys(UnprocessedItems ?? {}).length > 0) {
        throw new TransientError('CONNECTIONS_NOT_WRITTEN', 'DynamoDB left writes unprocessed');
      }
    }
  }

  private ttl(): number {
    return Math.floor(this.now() / 1_000) + longest;
  }
}
