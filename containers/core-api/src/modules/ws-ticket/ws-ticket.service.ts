import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/principal';
import type { Env } from '../../platform/env';
import { ENV } from '../../platform/tokens';
import { WsTicketRepository } from './ws-ticket.repository';

const lifeMs = 30_000;

export interface WsTicket {
  readonly ticket: string;
  readonly url: string;
}

@Injectable()
export class WsTicketService {
  constructor(
    @Inject(WsTicketRepository) private readonly tickets: WsTicketRepository,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** A ticket that opens one connection as the user, in their session, within 30 s. */
  async issue(user: Principal): Promise<WsTicket> {
    const ticket = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(ticket).digest('hex');
    await this.tickets.put(hash, user, new Date(Date.now() + lifeMs));
    return { ticket, url: this.env.WEBSOCKET_URL };
  }
}
