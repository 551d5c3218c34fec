import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
  type TransactWriteCommandInput,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { TransientError } from '../errors';

/** Seconds for which a refresh token, and with it a session nobody uses, is good. */
export const refreshLifetime = 30 * 86_400;

/** Seconds in which a used token still leads to its successor: its answer was lost, or two tabs came at once. */
export const repeatable = 30;

/** A session (a family of refresh tokens) and the token that continues it. */
export interface OpenSession {
  readonly id: string;
  readonly token: string;
}

export interface SessionOfUser {
  readonly id: string;
  readonly userId: string;
}

export interface EndedSession {
  readonly id: string;
  /** WebSockets that were opened in it and may still be open. */
  readonly connections: readonly string[];
}

export interface Sessions {
  /** Starts a session family and answers its first refresh token. */
  open(userId: string): Promise<OpenSession>;
  /** Whose session a refresh token belongs to, used or not; spends nothing. Undefined for an unknown or expired token. */
  find(token: string): Promise<SessionOfUser | undefined>;
  /**
   * Uses a refresh token up for the next one of its family. Every use within {@link repeatable} seconds of the first is
   * answered with the same next token; a later one is a reuse: it ends the family, and with it all its tokens (RFC 9700,
   * 4.14.2).
   */
  rotate(token: string): Promise<(OpenSession & { userId: string }) | undefined>;
  /** Ends the token's family. Does nothing for an unknown token. */
  end(token: string): Promise<void>;
}

interface TokenItem {
  user_id: string;
  family: string;
  used: boolean;
  /** When it was used (epoch milliseconds), and what makes its successor of it; see {@link successorOf}. */
  used_at?: number;
  salt?: string;
  ttl: number;
}

interface FamilyItem {
  readonly ended: boolean;
  /** Written by {@link DynamoSessionConnections}. */
  readonly connections?: ReadonlySet<string>;
}

type Update = NonNullable<NonNullable<TransactWriteCommandInput['TransactItems']>[number]['Update']>;

/** Uses of one token at the same time get in each other's way; after so many tries the caller is to come again. */
const mostConflicts = 6;

const random = (): string => randomBytes(32).toString('base64url');
/** The table keeps the salt and the hash of a token: whoever reads them cannot tell its successor, nor can a mere holder. */
const successorOf = (token: string, salt: string): string =>
  createHmac('sha256', token).update(salt).digest('base64url');
const keyOf = (token: string): string => `refresh#${createHash('sha256').update(token).digest('hex')}`;
export const familyKey = (family: string): string => `family#${family}`;

function continued(
  { family, user_id }: TokenItem,
  token: string,
  salt: string,
): OpenSession & { userId: string } {
  return { id: family, userId: user_id, token: successorOf(token, salt) };
}

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

  async find(token: string): Promise<SessionOfUser | undefined> {
    const item = await this.read(token);
    return item && item.ttl > this.seconds() ? { id: item.family, userId: item.user_id } : undefined;
  }

  async rotate(token: string): Promise<(OpenSession & { userId: string }) | undefined> {
    for (let attempt = 0; attempt < mostConflicts; attempt += 1) {
      const item = await this.read(token);
      if (!item || item.ttl <= this.seconds()) return undefined;
      if (item.used) return this.repeat(token, item);
      const salt = random();
      const outcome = await this.exchange(token, salt, item);
      if (outcome === 'done') return continued(item, token, salt);
      if (outcome === 'ended') return undefined;
      // Somebody else uses the token right now: the next look tells whether they did.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
    }
    throw new TransientError('SESSION_BUSY', 'The session is being used elsewhere');
  }

  async end(token: string): Promise<void> {
    const item = await this.read(token);
    if (item) await this.endFamily(item.family);
  }

  /** Answers a used token with its successor, or ends the session of one that comes too late for that. */
  private async repeat(
    token: string,
    item: TokenItem,
  ): Promise<(OpenSession & { userId: string }) | undefined> {
    const { family, used_at: usedAt, salt } = item;
    if (salt === undefined || usedAt === undefined || this.now() - usedAt > repeatable * 1_000) {
      await this.endFamily(family);
      return undefined;
    }
    return (await this.isAlive(family)) ? continued(item, token, salt) : undefined;
  }

  private async isAlive(family: string): Promise<boolean> {
    const Key = { session_id: familyKey(family) };
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key, ConsistentRead: true }),
    );
    return (Item as FamilyItem | undefined)?.ended === false;
  }

  private async read(token: string): Promise<TokenItem | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({ TableName: this.table, Key: { session_id: keyOf(token) }, ConsistentRead: true }),
    );
    return Item as TokenItem | undefined;
  }

  /**
   * Uses one token up, writes the next one and prolongs the family, all or nothing: no failure leaves a session without
   * a token. The SDK repeats the request under the same ClientRequestToken, so a lost answer is no second use.
   */
  private async exchange(
    token: string,
    salt: string,
    { user_id, family }: TokenItem,
  ): Promise<'done' | 'ended' | 'again'> {
    const TableName = this.table;
    const { expires_at, ttl } = this.expiry();
    const use: Update = {
      TableName,
      Key: { session_id: keyOf(token) },
      UpdateExpression: 'SET used = :true, used_at = :now, salt = :salt',
      ConditionExpression: 'used = :false',
      ExpressionAttributeValues: { ':true': true, ':false': false, ':now': this.now(), ':salt': salt },
    };
    const prolong: Update = {
      TableName,
      Key: { session_id: familyKey(family) },
      UpdateExpression: 'SET expires_at = :expires, #ttl = :ttl',
      ConditionExpression: 'ended = :false',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':expires': expires_at, ':ttl': ttl, ':false': false },
    };
    const next = keyOf(successorOf(token, salt));
    const Item = { session_id: next, user_id, family, used: false, expires_at, ttl };
    try {
      await this.client.send(
        new TransactWriteCommand({
          TransactItems: [{ Update: use }, { Update: prolong }, { Put: { TableName, Item } }],
        }),
      );
      return 'done';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return error.CancellationReasons?.[1]?.Code === 'ConditionalCheckFailed' ? 'ended' : 'again';
    }
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
    const token = random();
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
