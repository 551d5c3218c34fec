import { Module } from '@nestjs/common';
import { WsTicketController } from './ws-ticket.controller';
import { WsTicketRepository } from './ws-ticket.repository';
import { WsTicketService } from './ws-ticket.service';

@Module({ controllers: [WsTicketController], providers: [WsTicketRepository, WsTicketService] })
export class WsTicketModule {}
