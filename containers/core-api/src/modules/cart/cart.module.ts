import { Module } from '@nestjs/common';
import { ProductModule } from '../product/product.module';
import { StockModule } from '../stock/stock.module';
import { CartController } from './cart.controller';
import { CartRepository } from './cart.repository';
import { CartService } from './cart.service';

@Module({
  imports: [ProductModule, StockModule],
  controllers: [CartController],
  providers: [CartRepository, CartService],
})
export class CartModule {}
