import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Seconds for which a refresh token, and with it a session nobody uses, is good. */
export const refreshLifetime = 30 * 86_400;

export interface Sessions {
  /** Starts a session family and answers its first refresh token. */
  open(userId: string): Promise<string>;
  /**
   * Uses a refresh token up for the next one of its family. Of several uses at the same time one wins; each other one,
   * at whatever time, is a reuse: it ends the family, and with it the token the winner got (RFC 9700, 4.14.2).
   */
  rotate(token: string): Promise<{ userId: string; token: string } | undefined>;
  /** Ends the token's family. Does nothing for an unknown token. */
  end(token: string): Promise<void>;
}

interface TokenItem {
  user_id: string;
  family: string;
  used: boolean;
  ttl: number;
}

const keyOf = (token: string): string => `refresh#${createHash('sha256').update(token).digest('hex')}`;
const familyKey = (family: string): string => `family#${family}`;

/** In `ecommerce-sessions`: an item per token (by its hash) and one per family, which exists while the family lives. */
export class DynamoSessions implements Sessions {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  async open(userId: string): Promise<string> {
    const family = randomUUID();
    const { expires_at, ttl } = this.expiry();
    await this.put({ session_id: familyKey(family), user_id: userId, ended: false, expires_at, ttl });
    return this.issue(userId, family);
  }

  async rotate(token: string): Promise<{ userId: string; token: string } | undefined> {
    const use = await this.use(token);
    if (!use) return undefined;
    if (use.reused) {
      await this.endFamily(use.item.family);
      return undefined;
    }
    if (!(await this.prolong(use.item.family))) return undefined;
    return { userId: use.item.user_id, token: await this.issue(use.item.user_id, use.item.family) };
  }

  async end(token: string): Promise<void> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { session_id: keyOf(token) }, ConsistentRead: true }),
    );
    if (Item) await this.endFamily((Item as TokenItem).family);
  }

  /** Marks the token used; of two callers exactly one sees `reused: false`. */
  private async use(token: string): Promise<{ item: TokenItem; reused: boolean } | undefined> {
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { session_id: keyOf(token) },
          UpdateExpression: 'SET used = :true',
          ConditionExpression: 'attribute_exists(session_id) AND used = :false AND #ttl > :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':true': true, ':false': false, ':now': this.seconds() },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { item: Attributes as TokenItem, reused: false };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const item = error.Item && (unmarshall(error.Item) as TokenItem);
      return item?.used ? { item, reused: true } : undefined;
    }
  }

  /** False when the family has ended. */
  private async prolong(family: string): Promise<boolean> {
    const { expires_at, ttl } = this.expiry();
    return this.updateFamily(family, 'SET expires_at = :expires, #ttl = :ttl', {
      ':expires': expires_at,
      ':ttl': ttl,
    });
  }

  private async endFamily(family: string): Promise<void> {
    await this.updateFamily(family, 'SET ended = :true', { ':true': true });
  }

  private async updateFamily(
    family: string,
    expression: string,
    values: Record<string, unknown>,
  ): Promise<boolean> {
    const usesTtl = expression.includes('#ttl');
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: { session_id: familyKey(family) },
          UpdateExpression: expression,
          ConditionExpression: 'ended = :false',
          ...(usesTtl ? { ExpressionAttributeNames: { '#ttl': 'ttl' } } : {}),
          ExpressionAttributeValues: { ...values, ':false': false },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  private async issue(userId: string, family: string): Promise<string> {
    const token = randomBytes(32).toString('base64url');
    const { expires_at, ttl } = this.expiry();
    await this.put({ session_id: keyOf(token), user_id: userId, family, used: false, expires_at, ttl });
    return token;
  }

  private async put(Item: Record<string, unknown>): Promise<void> {
    await this.client.send(new PutCommand({ TableName: this.table, Item }));
  }

  private expiry(): { expires_at: string; ttl: number } {
    const ttl = this.seconds() + refreshLifetime;
    return { expires_at: new Date(ttl * 1_000).toISOString(), ttl };
  }

  private seconds(): number {
    return Math.floor(this.now() / 1_000);
  }
}
