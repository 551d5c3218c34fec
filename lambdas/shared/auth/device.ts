import { createHash, randomUUID } from 'node:crypto';
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from 'jose';
import type { Cookie } from './cookie';
import type { KeyRing } from './keys';

/** Seconds for which a browser that has signed in is known. */
export const deviceLifetime = 180 * 86_400;

export interface Devices {
  /** A Set-Cookie value that makes this browser known to the account from now on. */
  remember(email: string): Promise<string>;
  /** The id of the browser where a cookie says that this account has signed in from it before. */
  recognise(email: string, cookies: ReadonlyMap<string, string>): Promise<string | undefined>;
}

/**
 * Device cookies (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"): a browser in which the account's
 * owner has signed in once has a count of failures of its own, so that strangers who guess at the account lock out
 * strangers only. The cookie opens nothing by itself. It is a token of the keys that sign access tokens, of another
 * type and audience, and one per account, for browsers that a family shares.
 */
export class DeviceCookies implements Devices {
  constructor(
    private readonly ring: Pick<KeyRing, 'current' | 'keys'>,
    private readonly settings: { issuer: string; audience: string; cookie: (name: string) => Cookie },
  ) {}

  async remember(email: string): Promise<string> {
    const account = accountOf(email);
    const jwk = await this.ring.current();
    const token = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid, typ: 'device+jwt' })
      .setSubject(account)
      .setJti(randomUUID())
      .setIssuer(this.settings.issuer)
      .setAudience(this.audience())
      .setExpirationTime(`${deviceLifetime}s`)
      .sign(await importJWK({ ...jwk }, 'ES256'));
    return this.cookie(account).set(token, deviceLifetime);
  }

  async recognise(email: string, cookies: ReadonlyMap<string, string>): Promise<string | undefined> {
    const account = accountOf(email);
    const token = cookies.get(this.cookie(account).name);
    if (token === undefined) return undefined;
    const keys = (await this.ring.keys()).map(({ kid, kty, crv, x, y }) => ({ kid, kty, crv, x, y }));
    const { issuer } = this.settings;
    const audience = this.audience();
    const expected = { algorithms: ['ES256'], typ: 'device+jwt', issuer, audience, subject: account };
    const verified = await jwtVerify(token, createLocalJWKSet({ keys }), expected).catch(() => undefined);
    return verified?.payload.jti;
  }

  private cookie(account: string): Cookie {
    return this.settings.cookie(`device_${account.slice(0, 16)}`);
  }

  /** Nobody who takes access tokens takes this. */
  private audience(): string {
    return `${this.settings.audience}/device`;
  }
}

function accountOf(email: string): string {
  return createHash('sha256').update(email.toLowerCase()).digest('hex');
}
