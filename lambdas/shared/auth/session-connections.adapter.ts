import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { familyKey } from './sessions';

/**
 * The WebSockets of each session, in the session's own item of `ecommerce-sessions`: joining and ending are two
 * conditional writes to one item, so a connection either is refused because its session has ended, or is in the set
 * that the end closes.
 */
export class DynamoSessionConnections {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
  ) {}

  /** False when the session has ended. */
  join(sessionId: string, connectionId: string): Promise<boolean> {
    return this.update(sessionId, 'ADD connections :ids', 'ended = :false', {
      ':ids': new Set([connectionId]),
      ':false': false,
    });
  }

  async leave(sessionId: string, connectionId: string): Promise<void> {
    await this.update(sessionId, 'DELETE connections :ids', 'attribute_exists(session_id)', {
      ':ids': new Set([connectionId]),
    });
  }

  private async update(
    sessionId: string,
    UpdateExpression: string,
    ConditionExpression: string,
    ExpressionAttributeValues: Record<string, unknown>,
  ): Promise<boolean> {
    const Key = { session_id: familyKey(sessionId) };
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key,
          UpdateExpression,
          ConditionExpression,
          ExpressionAttributeValues,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
