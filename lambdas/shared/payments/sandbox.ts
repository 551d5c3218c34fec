import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { setTimeout } from 'node:timers/promises';
import type { PaymentRecord } from '@yorozu/events';
import {
  OrderCancelled,
  PaymentDeclined,
  PaymentTimeout,
  PaymentVoided,
  type Capture,
  type CaptureRequest,
  type PaymentProvider,
  type Refund,
} from './port';

/** What each test token does; the names follow Stripe's test cards. Any other token is declined. */
const tokens: Readonly<
  Record<string, { decline?: string; timesOut?: true; slow?: true; simulate?: 'deduction-failure' }>
> = {
  tok_visa: {},
  tok_chargeDeclined: { decline: 'card_declined' },
  tok_insufficientFunds: { decline: 'insufficient_funds' },
  tok_timeout: { timesOut: true },
  tok_slow: { slow: true },
  tok_deductFails: { simulate: 'deduction-failure' },
};

/** Milliseconds that `tok_slow` takes: time to watch or to cancel, well within the function's 10 s. */
const slowness = 4_000;

/**
 * A provider that moves no money; its ledger is the table `ecommerce-payments`, one record per order, and the first
 * conditional put of that record wins: a capture, a decline, the shopper's cancel or the voiding refund.
 */
export class SandboxPayments implements PaymentProvider {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => Date = () => new Date(),
    private readonly wait: (ms: number) => Promise<unknown> = setTimeout,
  ) {}

  async capture(request: CaptureRequest): Promise<Capture> {
    const behaviour = tokens[request.token] ?? { decline: 'unknown_token' };
    // Before the record is claimed, so that a cancel can still win.
    if (behaviour.slow) await this.wait(slowness);
    const record: PaymentRecord = {
      order_id: request.orderId,
      payment_id: `sandbox_${request.orderId}`,
      user_id: request.userId,
      amount: request.amount,
      currency: request.currency,
      ...(behaviour.decline === undefined
        ? { state: 'captured', captured_at: this.now().toISOString() }
        : { state: 'declined', decline_code: behaviour.decline }),
    };
    const earlier = await this.putFirst(record);
    if (!earlier && behaviour.timesOut) throw new PaymentTimeout();
    return { ...outcome(earlier ?? record), ...(behaviour.simulate ? { simulate: behaviour.simulate } : {}) };
  }

  async refund(order: { orderId: string; userId: string; currency: string }): Promise<Refund> {
    const voided: PaymentRecord = {
      order_id: order.orderId,
      state: 'refunded',
      payment_id: `void_${order.orderId}`,
      user_id: order.userId,
      amount: 0,
      currency: order.currency,
      refunded_at: this.now().toISOString(),
    };
    const existing = await this.putFirst(voided);
    if (!existing || existing.captured_at === undefined) {
      return { refunded: false, cancelled: existing?.state === 'cancelled', amount: 0 };
    }
    if (existing.state === 'captured') await this.markRefunded(order.orderId);
    return { refunded: true, cancelled: false, paymentId: existing.payment_id, amount: existing.amount };
  }

  /** Puts the record unless the order has one; answers the one it has. */
  private async putFirst(record: PaymentRecord): Promise<PaymentRecord | undefined> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.table,
          Item: record,
          ConditionExpression: 'attribute_not_exists(order_id)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return unmarshall(error.Item) as PaymentRecord;
    }
  }

  private async markRefunded(orderId: string): Promise<void> {
    await this.client.send(
      new UpdateCommand({
        TableName: this.table,
        Key: { order_id: orderId },
        UpdateExpression: 'SET #state = :refunded, refunded_at = if_not_exists(refunded_at, :now)',
        ConditionExpression: '#state IN (:captured, :refunded)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':refunded': 'refunded',
          ':captured': 'captured',
          ':now': this.now().toISOString(),
        },
      }),
    );
  }
}

function outcome(record: PaymentRecord): Capture {
  switch (record.state) {
    case 'captured':
      return {
        paymentId: record.payment_id,
        amount: record.amount,
        currency: record.currency,
        capturedAt: record.captured_at ?? '',
      };
    case 'declined':
      throw new PaymentDeclined(record.decline_code ?? 'declined');
    case 'cancelled':
      throw new OrderCancelled(record.order_id);
    case 'refunded':
      throw new PaymentVoided(record.order_id);
  }
}
