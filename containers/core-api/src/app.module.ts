import { Module, type DynamicModule } from '@nestjs/common';
import { CartModule } from './modules/cart/cart.module';
import { CategoryModule } from './modules/category/category.module';
import { OrderModule } from './modules/order/order.module';
import { ProductModule } from './modules/product/product.module';
import { StockModule } from './modules/stock/stock.module';
import { UserModule } from './modules/user/user.module';
import { WsTicketModule } from './modules/ws-ticket/ws-ticket.module';
import { PlatformModule } from './platform/platform.module';
import type { Resources } from './platform/resources';

@Module({})
export class AppModule {
  static forRoot(resources: Resources): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot(resources),
        ProductModule,
        CategoryModule,
        CartModule,
        UserModule,
        OrderModule,
        WsTicketModule,
        StockModule,
      ],
    };
  }
}
