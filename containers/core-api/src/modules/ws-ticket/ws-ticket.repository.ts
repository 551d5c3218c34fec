import { PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/principal';
import type { Env } from '../../platform/env';
import { DYNAMODB, ENV } from '../../platform/tokens';

@Injectable()
export class WsTicketRepository {
  constructor(
    @Inject(DYNAMODB) private readonly dynamodb: DynamoDBDocumentClient,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** Only the hash is kept: whoever reads the table cannot connect. The authorizer consumes it by a conditional delete. */
  async put(ticketHash: string, { id, sessionId }: Principal, expiresAt: Date): Promise<void> {
    await this.dynamodb.send(
      new PutCommand({
        TableName: this.env.SESSIONS_TABLE,
        Item: {
          session_id: `ws-ticket#${ticketHash}`,
          user_id: id,
          auth_session: sessionId,
          expires_at: expiresAt.toISOString(),
          ttl: Math.ceil(expiresAt.getTime() / 1_000),
        },
      }),
    );
  }
}
