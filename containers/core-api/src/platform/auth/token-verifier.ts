import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { UnauthenticatedError, UnavailableError } from '../errors';
import { LruCache } from '../lru';
import { isUuid } from '@yorozu/service-kit/text';
import type { Principal } from './principal';

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
}

/** Clocks of the issuer and of this machine may differ by this much. */
const clockToleranceSeconds = 5;

/**
 * Checks access tokens: JWT (RFC 9068 in spirit), ES256 only, key by `kid`, issuer, audience, expiry. A token that was
 * checked is remembered until it expires, because the signature costs more than the rest of a request.
 */
export class TokenVerifier {
  private readonly verified: LruCache<string, Principal>;

  constructor(
    private readonly keys: JWTVerifyGetKey,
    private readonly options: TokenVerifierOptions,
    private readonly now: () => number = Date.now,
  ) {
    this.verified = new LruCache(10_000, 900_000, now);
  }

  /** Throws {@link UnauthenticatedError}, or {@link UnavailableError} when the keys cannot be fetched. */
  verify(token: string): Principal | Promise<Principal> {
    return this.verified.get(token) ?? this.check(token);
  }

  private async check(token: string): Promise<Principal> {
    const payload = await this.payloadOf(token);
    const { sub, exp, roles, sid } = payload;
    if (!isUuid(sub) || exp === undefined) throw invalid('The token names no user');
    const principal: Principal = {
      id: sub.toLowerCase(),
      roles: Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : [],
      ...(typeof sid === 'string' && { sessionId: sid }),
    };
    this.verified.set(token, principal, (exp + clockToleranceSeconds) * 1_000);
    return principal;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        algorithms: ['ES256'],
        issuer: this.options.issuer,
        audience: this.options.audience,
        requiredClaims: ['sub', 'exp'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(this.now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw invalid('The token has expired');
      // A JWKS that timed out, answered nonsense or not at all says nothing about the token.
      if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || !isJoseError(error)) {
        throw new UnavailableError('The signing keys cannot be fetched right now', undefined, {
          cause: error,
        });
      }
      if (error.code === 'ERR_JOSE_GENERIC') {
        throw new UnavailableError('The signing keys cannot be fetched right now', undefined, {
          cause: error,
        });
      }
      throw invalid('The token is not valid');
    }
  }
}

function isJoseError(error: unknown): error is errors.JOSEError {
  return error instanceof errors.JOSEError;
}

function invalid(detail: string): UnauthenticatedError {
  return new UnauthenticatedError(detail, 'invalid_token');
}

/** Keys are cached for ten minutes; an unknown `kid` fetches them anew, at most every five seconds. */
export function remoteKeys(url: string): JWTVerifyGetKey {
  return createRemoteJWKSet(new URL(url), {
    cooldownDuration: 5_000,
    cacheMaxAge: 600_000,
    timeoutDuration: 3_000,
  });
}
