import { Module } from '@nestjs/common';
import { ProductModule } from '../product/product.module';
import { CategoryController } from './category.controller';

@Module({ imports: [ProductModule], controllers: [CategoryController] })
export class CategoryModule {}
