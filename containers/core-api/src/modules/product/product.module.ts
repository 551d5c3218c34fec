import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { StockModule } from '../stock/stock.module';
import { ProductAdminController } from './product-admin.controller';
import { ProductImages } from './product-images';
import { ProductCatalogue } from './product.catalogue';
import { ProductController } from './product.controller';
import { ProductRepository } from './product.repository';
import { ProductService } from './product.service';

@Module({
  imports: [AuditModule, StockModule],
  controllers: [ProductController, ProductAdminController],
  providers: [ProductRepository, ProductCatalogue, ProductService, ProductImages],
  exports: [ProductRepository, ProductCatalogue],
})
export class ProductModule {}
