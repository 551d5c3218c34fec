import { Module } from '@nestjs/common';
import { AddressController } from './address.controller';
import { AddressRepository } from './address.repository';
import { AddressService } from './address.service';
import { UserController } from './user.controller';
import { UserRepository } from './user.repository';
import { UserService } from './user.service';

@Module({
  controllers: [AddressController, UserController],
  providers: [AddressRepository, AddressService, UserRepository, UserService],
  exports: [AddressRepository, UserRepository],
})
export class UserModule {}
