import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { StockAvailability } from './stock-availability';
import { StockServiceClient } from './stock-service.client';
import { StockController } from './stock.controller';
import { StockRepository } from './stock.repository';
import { StockService } from './stock.service';

@Module({
  imports: [AuditModule],
  controllers: [StockController],
  providers: [StockAvailability, StockServiceClient, StockRepository, StockService],
  exports: [StockAvailability],
})
export class StockModule {}
