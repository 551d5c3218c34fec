import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
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
  merged_carts?: string[];
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
      merged: record.merged_carts ?? [],
    };
  }

  /** Writes the cart if it is still at `cart.version`; false when somebody else was faster. */
  async save(sessionId: string, cart: Cart, userId: string | undefined): Promise<boolean> {
    const now = Date.now();
    const record: CartRecord = {
      session_id: sessionId,
      user_id: userId,
      cart: { items: cart.lines.map((line) => ({ product_id: line.productId, quantity: line.quantity })) },
      ...(cart.checkoutId !== null && { checkout_id: cart.checkoutId }),
      version: cart.version + 1,
      ...(cart.merged.length > 0 && { merged_carts: [...cart.merged] }),
      updated_at: new Date(now).toISOString(),
      expires_at: new Date(now + lifeMs).toISOString(),
      ttl: Math.ceil((now + lifeMs) / 1_000),
    };
    return this.conditional(
      new PutCommand({ TableName: this.env.SESSIONS_TABLE, Item: record, ...unchanged(cart.version) }),
    );
  }

  /** Removes the cart if it is still at `version`; false when it was changed meanwhile. */
  async remove(sessionId: string, version: number): Promise<boolean> {
    return this.conditional(
      new DeleteCommand({
        TableName: this.env.SESSIONS_TABLE,
        Key: { session_id: sessionId },
        ...unchanged(version),
      }),
    );
  }

  private async conditional(command: PutCommand | DeleteCommand): Promise<boolean> {
    try {
      await (command instanceof PutCommand ? this.dynamodb.send(command) : this.dynamodb.send(command));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
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
