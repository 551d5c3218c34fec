import {
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { Inject, Injectable } from '@nestjs/common';
import type { OrderRecord } from '@yorozu/events';
import type { OrderKey } from './order';
import type { Env } from '../../platform/env';
import { DYNAMODB, ENV } from '../../platform/tokens';

/** `ecommerce-orders`, written by order-processor and the saga, read here. Reads are consistent: a status never goes back. */
@Injectable()
export class OrderRepository {
  constructor(
    @Inject(DYNAMODB) private readonly dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) private readonly env: Env,
  ) {}

  async find(userId: string, orderId: string): Promise<OrderRecord | undefined> {
    const { Item } = await this.dynamodb.send(
      new GetCommand({
        TableName: this.env.ORDERS_TABLE,
        Key: { user_id: userId, order_id: orderId },
        ConsistentRead: true,
      }),
    );
    return Item as OrderRecord | undefined;
  }

  /** Ids of those (at most 100) that certainly have a record. */
  async written(orders: readonly OrderKey[]): Promise<string[]> {
    const { ORDERS_TABLE: table } = this.env;
    const { Responses } = await this.dynamodb.send(
      new BatchGetCommand({
        RequestItems: {
          [table]: {
            Keys: orders.map(({ userId, orderId }) => ({ user_id: userId, order_id: orderId })),
            ProjectionExpression: 'order_id',
            ConsistentRead: true,
          },
        },
      }),
    );
    return (Responses?.[table] ?? []).map((item) => (item as Pick<OrderRecord, 'order_id'>).order_id);
  }

  /** Newest first (ids are UUIDv7), older than `before` where that is given; fewer than `limit` only at the end. */
  async list(userId: string, limit: number, before: string | undefined): Promise<OrderRecord[]> {
    const records: OrderRecord[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const page = await this.dynamodb.send(
        new QueryCommand({
          TableName: this.env.ORDERS_TABLE,
          KeyConditionExpression:
            before === undefined ? 'user_id = :user' : 'user_id = :user AND order_id < :before',
          ExpressionAttributeValues: { ':user': userId, ...(before !== undefined && { ':before': before }) },
          ScanIndexForward: false,
          ConsistentRead: true,
          Limit: limit - records.length,
          ExclusiveStartKey: start,
        }),
      );
      records.push(...((page.Items ?? []) as OrderRecord[]));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && records.length < limit);
    return records;
  }
}
