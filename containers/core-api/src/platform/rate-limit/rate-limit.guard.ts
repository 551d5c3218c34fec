import { Inject, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { clientKey } from '@yorozu/service-kit/client-address';
import type { FastifyRequest } from 'fastify';
import { RateLimitedError } from '../errors';
import type { RateScope } from './policies';
import type { RatePolicy, RateLimiter } from './rate-limiter';

export const RATE_LIMITER = Symbol('RateLimiter');
export const RATE_POLICIES = Symbol('RatePolicies');
const RATE_SCOPE = 'rate-scope';

@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    @Inject(RATE_LIMITER) private readonly limiter: RateLimiter,
    @Inject(RATE_POLICIES) private readonly policies: Record<RateScope, RatePolicy>,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const scope = this.reflector.getAllAndOverride<RateScope>(RATE_SCOPE, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const id = request.user ? `user:${request.user.id}` : `ip:${clientKey(request.ip)}`;
    const wait = this.limiter.take(scope, id, this.policies[scope]);
    if (wait === undefined) return true;
    if (typeof wait === 'number') throw new RateLimitedError(wait);
    return wait.then((seconds) => {
      if (seconds !== undefined) throw new RateLimitedError(seconds);
      return true;
    });
  }
}

/**
 * Puts a controller or a route into a class of rate limits. Stands above the decorator that signs in (guards run from
 * the lowest decorator up), so that users are counted, not the address of their office.
 */
export function RateLimit(scope: RateScope): ClassDecorator & MethodDecorator {
  return applyDecorators(SetMetadata(RATE_SCOPE, scope), UseGuards(RateLimitGuard));
}
