import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OrderRecord } from '@yorozu/events';
import type { OrderKey } from './order-history';

/** Orders as they are now. Events and executions name an order; address, customer and payment token are read here. */
export interface Orders {
  find(order: OrderKey): Promise<OrderRecord | undefined>;
}

/** `ecommerce-orders`. Reads are consistent: what a step decides about is what the step before it wrote. */
export class DynamoOrders implements Orders {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
  ) {}

  async find({ userId, orderId }: OrderKey): Promise<OrderRecord | undefined> {
    const { Item } = await this.client.send(
      new GetCommand({
        TableName: this.table,
        Key: { user_id: userId, order_id: orderId },
        ConsistentRead: true,
      }),
    );
    return Item as OrderRecord | undefined;
  }
}
