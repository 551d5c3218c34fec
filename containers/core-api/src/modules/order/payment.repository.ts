import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Inject, Injectable } from '@nestjs/common';
import type { PaymentRecord } from '@yorozu/events';
import type { Env } from '../../platform/env';
import { DYNAMODB, ENV } from '../../platform/tokens';
import type { Order } from './order';

/** `ecommerce-payments`, of which the saga writes the rest. */
@Injectable()
export class PaymentRepository {
  constructor(
    @Inject(DYNAMODB) private readonly dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Claims the order's one payment record as cancelled; returns the state that stands, ours or an earlier one. */
  async cancel(order: Order, userId: string): Promise<PaymentRecord['state']> {
    const record: PaymentRecord = {
      order_id: order.orderId,
      state: 'cancelled',
      payment_id: `cancelled-${order.orderId}`,
      user_id: userId,
      amount: order.totalAmount,
      currency: order.currency,
    };
    try {
      await this.dynamodb.send(
        new PutCommand({
          TableName: this.env.PAYMENTS_TABLE,
          Item: record,
          ConditionExpression: 'attribute_not_exists(order_id)',
        }),
      );
      return 'cancelled';
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return this.stateOf(order.orderId);
    }
  }

  private async stateOf(orderId: string): Promise<PaymentRecord['state']> {
    const { Item } = await this.dynamodb.send(
      new GetCommand({
        TableName: this.env.PAYMENTS_TABLE,
        Key: { order_id: orderId },
        ConsistentRead: true,
      }),
    );
    return (Item as PaymentRecord).state;
  }
}
