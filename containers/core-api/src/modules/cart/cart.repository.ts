import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { Inject, Injectable } from '@nestjs/common';
import type { Env } from '../../platform/env';
import { DYNAMODB, ENV } from '../../platform/tokens';
import { cartLifeDays, emptyCart, type Cart } from './cart';

/** Carts of `ecommerce-sessions`: `session_id` is a guest's sid or `user#<userId>`. */
interface CartRecord {
  session_id: string;
  user_id?: string | undefined;
  cart: { items: { product_id: string; quantity: number }[] };
  checkout_id?: string;
  version: number;
  updated_at: string;
  expires_at: string;
  ttl: number;
}

const lifeMs = cartLifeDays * 24 * 3_600 * 1_000;

@Injectable()
export class CartRepository {
  constructor(
    @Inject(DYNAMODB) private readonly dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** An empty cart of version 0 when there is none. */
  async find(sessionId: string): Promise<Cart> {
    const { Item } = await this.dynamodb.send(
      new GetCommand({
        TableName: this.env.SESSIONS_TABLE,
        Key: { session_id: sessionId },
        ConsistentRead: true,
      }),
    );
    const record = Item as CartRecord | undefined;
    // DynamoDB removes expired items late.
    if (record === undefined || record.ttl * 1_000 <= Date.now())
      return { ...emptyCart, version: record?.version ?? 0 };
    return {
      lines: record.cart.items.map((item) => ({ productId: item.product_id, quantity: item.quantity })),
      checkoutId: record.checkout_id ?? null,
      version: record.version,
    };
  }

  /** Writes the cart if it is still at `cart.version`; false when somebody else was faster. */
  async save(sessionId: string, cart: Cart, userId: string | undefined): Promise<boolean> {
    return this.conditional(new PutCommand(this.put(sessionId, cart, userId)));
  }

  /** Removes the cart if it is still at `version`; false when it was changed meanwhile. */
  async remove(sessionId: string, version: number): Promise<boolean> {
    return this.conditional(new DeleteCommand(this.delete(sessionId, version)));
  }

  /**
   * Writes a user's cart and removes the guest's that became part of it, both or neither; false when either was changed
   * meanwhile. So nothing is counted twice, whoever else writes and wherever it is cut off.
   */
  async saveMerged(
    guest: { readonly sid: string; readonly version: number },
    sessionId: string,
    cart: Cart,
    userId: string,
  ): Promise<boolean> {
    return this.conditional(
      new TransactWriteCommand({
        TransactItems: [
          { Put: this.put(sessionId, cart, userId) },
          { Delete: this.delete(guest.sid, guest.version) },
        ],
      }),
    );
  }

  private put(sessionId: string, cart: Cart, userId: string | undefined) {
    const now = Date.now();
    const record: CartRecord = {
      session_id: sessionId,
      user_id: userId,
      cart: { items: cart.lines.map((line) => ({ product_id: line.productId, quantity: line.quantity })) },
      ...(cart.checkoutId !== null && { checkout_id: cart.checkoutId }),
      version: cart.version + 1,
      updated_at: new Date(now).toISOString(),
      expires_at: new Date(now + lifeMs).toISOString(),
      ttl: Math.ceil((now + lifeMs) / 1_000),
    };
    return { TableName: this.env.SESSIONS_TABLE, Item: record, ...unchanged(cart.version) };
  }

  private delete(sessionId: string, version: number) {
    return {
      TableName: this.env.SESSIONS_TABLE,
      Key: { session_id: sessionId },
      ...unchanged(version),
    };
  }

  private async conditional(command: PutCommand | DeleteCommand | TransactWriteCommand): Promise<boolean> {
    try {
      // Each command is a type of its own to the client.
      if (command instanceof PutCommand) await this.dynamodb.send(command);
      else if (command instanceof DeleteCommand) await this.dynamodb.send(command);
      else await this.dynamodb.send(command);
      return true;
    } catch (error) {
      if (wasOvertaken(error)) return false;
      throw error;
    }
  }
}

/** A condition did not hold, or a transaction and another write met at the same cart. */
function wasOvertaken(error: unknown): boolean {
  if (error instanceof ConditionalCheckFailedException || error instanceof TransactionConflictException)
    return true;
  const overtaken = ['ConditionalCheckFailed', 'TransactionConflict'];
  return (
    error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(({ Code }) => overtaken.includes(Code ?? ''))
  );
}

/** A cart that was removed meanwhile is not brought back. */
function unchanged(version: number) {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(session_id)' };
  return {
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': version },
  };
}
