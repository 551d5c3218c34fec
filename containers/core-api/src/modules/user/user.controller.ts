import { Body, Controller, Get, Inject, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentUser, SignedIn } from '../../platform/auth/auth.guard';
import type { Principal } from '../../platform/auth/principal';
import { ApiRoute } from '../../platform/openapi/api-route';
import { RateLimit } from '../../platform/rate-limit/rate-limit.guard';
import { personName } from '@yorozu/service-kit/text';
import { valid } from '../../platform/validation';
import { UserService, type Profile } from './user.service';

const profileInput = z
  .object({ name: personName.optional(), locale: z.enum(['ja', 'en']).optional() })
  .refine((change) => change.name !== undefined || change.locale !== undefined, {
    message: 'name or locale is needed',
  });

const profileResponse = z.object({
  id: z.uuid(),
  email: z.email(),
  name: z.string(),
  locale: z.enum(['ja', 'en']),
  roles: z.array(z.string()),
  createdAt: z.iso.datetime(),
});

@ApiTags('Me')
@Controller('api/users/me')
@RateLimit('account')
@SignedIn()
export class UserController {
  constructor(@Inject(UserService) private readonly users: UserService) {}

  @Get()
  @ApiRoute({
    summary: 'The profile of whoever is signed in',
    status: 200,
    response: profileResponse,
    signedIn: true,
  })
  profile(@CurrentUser() user: Principal): Promise<Profile> {
    return this.users.profile(user.id);
  }

  @Patch()
  @ApiRoute({
    summary: 'Changes name or language',
    status: 200,
    body: profileInput,
    response: profileResponse,
    signedIn: true,
  })
  update(
    @CurrentUser() user: Principal,
    @Body(valid(profileInput)) change: z.output<typeof profileInput>,
  ): Promise<Profile> {
    return this.users.update(user.id, change);
  }
}
