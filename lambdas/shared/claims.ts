import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The right to do something once, e.g. to mail a customer about an order. */
export interface Claims {
  /** True for the one caller that gets it; false for everybody after, until it is released or `ttlSeconds` are over. */
  take(id: string, ttlSeconds: number): Promise<boolean>;
  /** Gives it back. Only for work that is known not to have happened. */
  release(id: string): Promise<void>;
}

/** In the table `ecommerce-idempotency`. DynamoDB deletes late, so an expired claim counts as free before it is gone. */
export class DynamoClaims implements Claims {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  async take(id: string, ttlSeconds: number): Promise<boolean> {
    const now = Math.floor(this.now() / 1_000);
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: { id, claimed_at: new Date(this.now()).toISOString(), ttl: now + ttlSeconds },
          ConditionExpression: 'attribute_not_exists(id) OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':now': now },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async release(id: string): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.table, Key: { id } }));
  }
}
