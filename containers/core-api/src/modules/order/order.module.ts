import { Module } from '@nestjs/common';
import { ProductModule } from '../product/product.module';
import { UserModule } from '../user/user.module';
import { IdempotencyKeySweep } from './idempotency-key-sweep';
import { OrderIntakeRepository } from './order-intake.repository';
import { OrderController } from './order.controller';
import { OrderRepository } from './order.repository';
import { OrderService } from './order.service';
import { PaymentRepository } from './payment.repository';

@Module({
  imports: [ProductModule, UserModule],
  controllers: [OrderController],
  providers: [IdempotencyKeySweep, OrderIntakeRepository, OrderRepository, PaymentRepository, OrderService],
})
export class OrderModule {}
