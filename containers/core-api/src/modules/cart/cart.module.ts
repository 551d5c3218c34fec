import { Module } from '@nestjs/common';
import { ProductModule } from '../product/product.module';
import { CartController } from './cart.controller';
import { CartRepository } from './cart.repository';
import { CartService } from './cart.service';
import { CheckoutRepository } from './checkout.repository';
import { SettledCarts } from './settled-carts';

@Module({
  imports: [ProductModule],
  controllers: [CartController],
  providers: [CartRepository, CartService, CheckoutRepository, SettledCarts],
  exports: [SettledCarts],
})
export class CartModule {}
