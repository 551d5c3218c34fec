import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ENDED_SESSIONS, TOKEN_VERIFIER } from './auth/auth.guard';
import { EndedSessions } from './auth/ended-sessions';
import { remoteKeys, TokenVerifier } from './auth/token-verifier';
import { HealthController } from './health/health.controller';
import { scaledPolicies } from './rate-limit/policies';
import { RATE_LIMITER, RATE_POLICIES } from './rate-limit/rate-limit.guard';
import { RateLimiter } from './rate-limit/rate-limiter';
import type { Resources } from './resources';
import { CHANNELS, DYNAMODB, ENV, LOGGER, POSTGRES, REDIS, S3 } from './tokens';

/** Hands the process's connections to every module. */
@Global()
@Module({})
export class PlatformModule {
  static forRoot(resources: Resources): DynamicModule {
    const { env, logger, redis } = resources;
    const providers = [
      { provide: ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
      { provide: POSTGRES, useValue: resources.postgres },
      { provide: REDIS, useValue: redis },
      { provide: CHANNELS, useValue: resources.channels },
      { provide: DYNAMODB, useValue: resources.dynamodb },
      { provide: S3, useValue: resources.s3 },
      {
        provide: TOKEN_VERIFIER,
        useValue: new TokenVerifier(remoteKeys(env.JWKS_URL), {
          issuer: env.JWT_ISSUER,
          audience: env.JWT_AUDIENCE,
        }),
      },
      { provide: ENDED_SESSIONS, useValue: new EndedSessions(redis, resources.channels, logger) },
      { provide: RATE_LIMITER, useValue: new RateLimiter(redis, logger) },
      { provide: RATE_POLICIES, useValue: scaledPolicies(env.RATE_LIMIT_FACTOR) },
    ];
    return { module: PlatformModule, controllers: [HealthController], providers, exports: providers };
  }
}
