import { Module } from '@nestjs/common';
import { ProductModule } from '../product/product.module';
import { UserModule } from '../user/user.module';
import { IdempotencyKeySweep } from './idempotency-key-sweep';
import { OrderIntakeController } from './order-intake.controller';
import { OrderIntakeSweep } from './order-intake-sweep';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderController } from './order.controller';
import { OrderRepository } from './order.repository';
import { OrderService } from './order.service';
import { PaymentRepository } from './payment.repository';

@Module({
  imports: [ProductModule, UserModule],
  controllers: [OrderController, OrderIntakeController],
  providers: [
    IdempotencyKeySweep,
    OrderIntakeRepository,
    OrderIntakeSweep,
    OrderRepository,
    PaymentRepository,
    OrderService,
  ],
})
export class OrderModule {}
