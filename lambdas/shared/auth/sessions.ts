import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** Seconds for which a refresh token, and with it a session nobody uses, is good. */
export const refreshLifetime = 30 * 86_400;

/** A session (a family of refresh tokens) and the token that continues it. */
export interface OpenSession {
  readonly id: string;
  readonly token: string;
}

export interface EndedSession {
  readonly id: string;
  /** WebSockets that were opened in it and may still be open. */
  readonly connections: readonly string[];
}

export interface Sessions {
  /** Starts a session family and answers its first refresh token. */
  open(userId: string): Promise<OpenSession>;
  /**
   * Uses a refresh token up for the next one of its family. Of several uses at the same time one wins; each other one,
   * at whatever time, is a reuse: it ends the family, and with it the token the winner got (RFC 9700, 4.14.2).
   */
  rotate(token: string): Promise<(OpenSession & { userId: string }) | undefined>;
  /** Ends the token's family. Does nothing for an unknown token. */
  end(token: string): Promise<void>;
}

interface TokenItem {
  user_id: string;
  family: string;
  used: boolean;
  ttl: number;
}

interface FamilyItem {
  /** Written by {@link DynamoSessionConnections}. */
  readonly connections?: ReadonlySet<string>;
}

const keyOf = (token: string): string => `refresh#${createHash('sha256').update(token).digest('hex')}`;
export const familyKey = (family: string): string => `family#${family}`;

/** For functions that only open sessions. */
export const endsNone = (): Promise<never> =>
  Promise.reject(new Error('this function was not given what ends sessions'));

/** In `ecommerce-sessions`: an item per token (by its hash) and one per family, which exists while the family lives. */
export class DynamoSessions implements Sessions {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    /** Is told of each session that ends here. */
    private readonly announceEnd: (session: EndedSession) => Promise<void>,
    private readonly now: () => number = Date.now,
  ) {}

  async open(userId: string): Promise<OpenSession> {
    const family = randomUUID();
    const { expires_at, ttl } = this.expiry();
    await this.put({ session_id: familyKey(family), user_id: userId, ended: false, expires_at, ttl });
    return { id: family, token: await this.issue(userId, family) };
  }

  async rotate(token: string): Promise<(OpenSession & { userId: string }) | undefined> {
    const use = await this.use(token);
    if (!use) return undefined;
    if (use.reused) {
      await this.endFamily(use.item.family);
      return undefined;
    }
    const { user_id: userId, family: id } = use.item;
    if (!(await this.prolong(id))) return undefined;
    return { id, userId, token: await this.issue(userId, id) };
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
    const prolonged = await this.updateFamily(family, {
      UpdateExpression: 'SET expires_at = :expires, #ttl = :ttl',
      ConditionExpression: 'ended = :false',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':expires': expires_at, ':ttl': ttl, ':false': false },
    });
    return prolonged !== undefined;
  }

  /** Says so each time, so that a sign-out that was cut off can be repeated. */
  private async endFamily(family: string): Promise<void> {
    const ended = await this.updateFamily(family, {
      UpdateExpression: 'SET ended = :true',
      ConditionExpression: 'attribute_exists(session_id)',
      ExpressionAttributeValues: { ':true': true },
    });
    if (ended) await this.announceEnd({ id: family, connections: [...(ended.connections ?? [])] });
  }

  /** The family as it is then; undefined where the condition does not hold. */
  private async updateFamily(
    family: string,
    change: Omit<UpdateCommandInput, 'TableName' | 'Key'>,
  ): Promise<FamilyItem | undefined> {
    const Key = { session_id: familyKey(family) };
    try {
      const { Attributes } = await this.client.send(
        new UpdateCommand({ TableName: this.table, Key, ReturnValues: 'ALL_NEW', ...change }),
      );
      return Attributes as FamilyItem;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
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
