import { DeleteCommand, GetCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createHash } from 'node:crypto';
import type { LoginFailures } from './login';

/** Ten failures block an address for a quarter of an hour from the last of them. */
const allowed = 10;
const windowSeconds = 900;

/** Items `login#<sha256 of the address>` of `ecommerce-sessions`. */
export class DynamoLoginFailures implements LoginFailures {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  async blockedFor(email: string): Promise<number> {
    const { Item } = await this.client.send(new GetCommand({ TableName: this.table, Key: this.key(email) }));
    const { failures = 0, ttl = 0 } = (Item ?? {}) as { failures?: number; ttl?: number };
    return failures >= allowed ? Math.max(0, ttl - this.seconds()) : 0;
  }

  /** A window that is over starts anew: DynamoDB deletes expired items late. */
  async record(email: string): Promise<void> {
    const now = this.seconds();
    const { Attributes } = await this.client.send(
      new UpdateCommand({
        TableName: this.table,
        Key: this.key(email),
        UpdateExpression: 'SET #ttl = :ttl ADD failures :one',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':ttl': now + windowSeconds, ':one': 1 },
        ReturnValues: 'ALL_OLD',
      }),
    );
    const before = Attributes as { ttl?: number } | undefined;
    if (before?.ttl === undefined || before.ttl > now) return;
    await this.client.send(
      new UpdateCommand({
        TableName: this.table,
        Key: this.key(email),
        UpdateExpression: 'SET failures = :one',
        ExpressionAttributeValues: { ':one': 1 },
      }),
    );
  }

  async clear(email: string): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.table, Key: this.key(email) }));
  }

  private key(email: string): { session_id: string } {
    return { session_id: `login#${createHash('sha256').update(email.toLowerCase()).digest('hex')}` };
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }
}
