import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { documentClient } from '@yorozu/lambda-shared/dynamodb';
import { readEnv, required } from '@yorozu/lambda-shared/env';
import { createHash } from 'node:crypto';
import type { TicketHolder, Tickets } from './authorize-connection';

const env = readEnv({ SESSIONS_TABLE: required });
const tables = documentClient();

/** The conditional delete is what makes a ticket work once. */
async function consume(ticket: string): Promise<TicketHolder | undefined> {
  try {
    const { Attributes } = await tables.send(
      new DeleteCommand({
        TableName: env.SESSIONS_TABLE,
        Key: { session_id: `ws-ticket#${createHash('sha256').update(ticket).digest('hex')}` },
        ConditionExpression: 'attribute_exists(session_id) AND #ttl > :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':now': Math.floor(Date.now() / 1_000) },
        ReturnValues: 'ALL_OLD',
      }),
    );
    const { user_id: userId, auth_session: sessionId } = Attributes as {
      user_id: string;
      auth_session?: string;
    };
    return { userId, ...(sessionId === undefined ? {} : { sessionId }) };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

export const tickets: Tickets = { consume };
