import { BatchWriteCommand, QueryCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Audience } from './notify';

const writesPerCall = 25;

interface Key {
  readonly connection_id: string;
  readonly topic: string;
}

/** `ecommerce-connections` by its indexes `user_id-index` and `topic-index`. */
export class DynamoAudience implements Audience {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
  ) {}

  async ofUser(userId: string): Promise<string[]> {
    return (await this.query({ index: 'user_id-index', attribute: 'user_id', value: userId })).map(idOf);
  }

  async ofProduct(productId: string): Promise<string[]> {
    const value = `product#${productId}`;
    return (await this.query({ index: 'topic-index', attribute: 'topic', value })).map(idOf);
  }

  async forget(connectionIds: readonly string[]): Promise<void> {
    const rows = await Promise.all(
      connectionIds.map((value) => this.query({ attribute: 'connection_id', value })),
    );
    const writes = rows.flat().map((Key) => ({ DeleteRequest: { Key } }));
    for (let from = 0; from < writes.length; from += writesPerCall) {
      // What is left unprocessed expires by its TTL, or is forgotten when the next message finds the client gone.
      await this.client.send(
        new BatchWriteCommand({ RequestItems: { [this.table]: writes.slice(from, from + writesPerCall) } }),
      );
    }
  }

  private async query(where: { index?: string; attribute: string; value: string }): Promise<Key[]> {
    const keys: Key[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.client.send(
        new QueryCommand({
          TableName: this.table,
          ...(where.index === undefined ? {} : { IndexName: where.index }),
          KeyConditionExpression: '#key = :value',
          ExpressionAttributeNames: { '#key': where.attribute },
          ExpressionAttributeValues: { ':value': where.value },
          ProjectionExpression: 'connection_id, topic',
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      keys.push(...(Items as Key[]));
      start = LastEvaluatedKey;
    } while (start);
    return keys;
  }
}

const idOf = ({ connection_id }: Key): string => connection_id;
