import { Controller, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser, SignedIn } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { WsTicketService, type WsTicket } from './ws-ticket.service';

const ticketResponse = z.object({ ticket: z.string(), url: z.url() });

@ApiTags('Live updates')
@Controller('api/ws-tickets')
@RateLimit('ws-ticket')
@SignedIn()
export class WsTicketController {
  constructor(@Inject(WsTicketService) private readonly tickets: WsTicketService) {}

  @Post()
  @ApiRoute({
    summary: 'A ticket for one WebSocket connection within 30 s',
    status: 201,
    response: ticketResponse,
    signedIn: true,
  })
  create(@CurrentUser() user: Principal): Promise<WsTicket> {
    return this.tickets.issue(user);
  }
}
