import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { createHash } from 'node:crypto';
import { TransientError } from '../errors';
import type { Allowance, Allowances } from './allowance';

/**
 * Items `limit#<sha256 of the key>` of `ecommerce-sessions`, each with one number: the time (ms) until which what was
 * taken lasts. Taking moves it by the time one costs, in a conditional write, so that of any number of takers at once
 * exactly the allowed ones get through (the generic cell rate algorithm). While the table is away nobody can sign in
 * anyway, because sessions lie in it too: callers get the error, and nothing stays locked afterwards.
 */
export class DynamoAllowances implements Allowances {
  constructor(
    private readonly client: Pick<DynamoDBDocumentClient, 'send'>,
    private readonly table: string,
    private readonly now: () => number = Date.now,
  ) {}

  async take(key: string, allowance: Allowance): Promise<number> {
    // Between the two writes another taker may come first, once: after that the first of them applies.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const now = this.now();
      const latest = now + (allowance.burst - 1) * stepOf(allowance);
      const until = await this.move(key, allowance, now, latest);
      if (until === true) return 0;
      if (until !== undefined && until > latest) return Math.ceil((until - latest) / 1_000);
      if (await this.begin(key, allowance, now)) return 0;
    }
    throw new TransientError('ALLOWANCE_CONTENDED', 'Too many are taking at once');
  }

  async giveBack(key: string, allowance: Allowance): Promise<void> {
    await this.update(key, {
      UpdateExpression: 'SET until_ms = until_ms - :step',
      ConditionExpression: 'attribute_exists(until_ms)',
      ExpressionAttributeValues: { ':step': stepOf(allowance) },
    });
  }

  async forget(key: string): Promise<void> {
    await this.client.send(new DeleteCommand({ TableName: this.table, Key: keyOf(key) }));
  }

  /** True when one was taken of an allowance in use; otherwise what stands, undefined where nothing does. */
  private move(
    key: string,
    allowance: Allowance,
    now: number,
    latest: number,
  ): Promise<true | number | undefined> {
    return this.update(key, {
      UpdateExpression: 'SET until_ms = until_ms + :step, #ttl = :ttl',
      ConditionExpression: 'until_ms BETWEEN :now AND :latest',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':step': stepOf(allowance),
        ':now': now,
        ':latest': latest,
        ':ttl': ttlOf(allowance, now),
      },
    });
  }

  /** Takes the first of an allowance that nobody uses, or no longer. */
  private async begin(key: string, allowance: Allowance, now: number): Promise<boolean> {
    const begun = await this.update(key, {
      UpdateExpression: 'SET until_ms = :until, #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(until_ms) OR until_ms < :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':until': now + stepOf(allowance),
        ':now': now,
        ':ttl': ttlOf(allowance, now),
      },
    });
    return begun === true;
  }

  private async update(
    key: string,
    change: {
      UpdateExpression: string;
      ConditionExpression: string;
      ExpressionAttributeNames?: Record<string, string>;
      ExpressionAttributeValues: Record<string, number>;
    },
  ): Promise<true | number | undefined> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.table,
          Key: keyOf(key),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          ...change,
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item && (unmarshall(error.Item) as { until_ms?: number }).until_ms;
    }
  }
}

const stepOf = ({ secondsEach }: Allowance): number => Math.round(secondsEach * 1_000);

const ttlOf = (allowance: Allowance, now: number): number =>
  Math.ceil((now + allowance.burst * stepOf(allowance)) / 1_000) + 60;

/** Addresses and e-mail addresses are personal data: only their hashes are kept. */
function keyOf(key: string): { session_id: string } {
  return { session_id: `limit#${createHash('sha256').update(key).digest('hex')}` };
}
