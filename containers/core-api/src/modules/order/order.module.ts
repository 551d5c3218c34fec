import { Module } from '@nestjs/common';
import { CartModule } from '../cart/cart.module';
import { ProductModule } from '../product/product.module';
import { UserModule } from '../user/user.module';
import { AfterAcceptance } from './after-acceptance';
import { IdempotencyKeySweep } from './idempotency-key-sweep';
import { OrderIntakeController } from './order-intake.controller';
import { OrderIntakeSweep } from './order-intake-sweep';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderController } from './order.controller';
import { OrderRepository } from './order.repository';
import { OrderService } from './order.service';
import { PaymentRepository } from './payment.repository';

@Module({
  imports: [CartModule, ProductModule, UserModule],
  controllers: [OrderController, OrderIntakeController],
  providers: [
    AfterAcceptance,
    IdempotencyKeySweep,
    OrderIntakeRepository,
    OrderIntakeSweep,
    OrderRepository,
    PaymentRepository,
    OrderService,
  ],
})
export class OrderModule {}
