import { importJWK, SignJWT } from 'jose';
import type { KeyRing } from './keys';

/** Seconds. */
export const accessTokenLifetime = 900;

export interface AccessTokenIssuer {
  /** A JWT (ES256) with `sub`, `roles` and `sid` (the session it belongs to), good for {@link accessTokenLifetime}. */
  issue(user: { id: string; roles: readonly string[] }, sessionId: string): Promise<string>;
}

export class JwtIssuer implements AccessTokenIssuer {
  constructor(
    private readonly ring: Pick<KeyRing, 'current'>,
    private readonly settings: { issuer: string; audience: string },
  ) {}

  async issue(user: { id: string; roles: readonly string[] }, sessionId: string): Promise<string> {
    const jwk = await this.ring.current();
    return new SignJWT({ roles: user.roles, sid: sessionId })
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid, typ: 'JWT' })
      .setSubject(user.id)
      .setIssuer(this.settings.issuer)
      .setAudience(this.settings.audience)
      .setIssuedAt()
      .setExpirationTime(`${accessTokenLifetime}s`)
      .sign(await importJWK({ ...jwk }, 'ES256'));
  }
}
