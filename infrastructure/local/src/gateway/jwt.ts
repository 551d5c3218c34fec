import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { request } from 'undici';
import type { JwtAuthorizerSpec } from '../artefacts/model';
import { refuse, type Exchange, type Reply } from './exchange';
import type { AuthorizerContext } from './http-event';
import { identityValue } from './identity';

export type AuthorizerDecision =
  | { readonly allowed: true; readonly context: AuthorizerContext }
  | { readonly allowed: false; readonly reply: Reply };

const discoveryTimeoutMs = 5_000;
const discoveryLifetimeMs = 10 * 60_000;

/**
 * JWT authorizers of HTTP APIs. Keys come from the issuer's OpenID configuration and are cached; a token with an
 * unknown `kid` has them fetched again (at most every few seconds). Other than API Gateway, which takes RSA only,
 * this also takes elliptic-curve keys.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export class JwtAuthorizer {
  private readonly issuers = new Map<string, { keys: Promise<JWTVerifyGetKey>; until: number }>();

  async authorize(
    exchange: Exchange,
    authorizer: JwtAuthorizerSpec,
    scopes: readonly string[],
  ): Promise<AuthorizerDecision> {
    const value = identityValue(exchange, authorizer.identitySource);
    const token = value?.replace(/^Bearer\s+/i, '');
    if (!token) return denied(401, 'Unauthorized', 'Bearer');
    let claims: JWTPayload;
    try {
      const keys = await this.keys(authorizer.issuer);
      const verified = await jwtVerify(token, keys, { issuer: authorizer.issuer, clockTolerance: 0 });
      claims = verified.payload;
      requireAudience(claims, authorizer.audience);
    } catch (error) {
      return denied(401, 'Unauthorized', challenge(scopes, 'invalid_token', reasonOf(error)));
    }
    const granted = scopesOf(claims);
    if (scopes.length > 0 && !scopes.some((scope) => granted.includes(scope))) {
      return denied(
        403,
        'Forbidden',
        challenge(scopes, 'insufficient_scope', 'the token has none of the scopes'),
      );
    }
    return {
      allowed: true,
      context: { jwt: { claims: textClaims(claims), scopes: granted.length > 0 ? granted : null } },
    };
  }

  private keys(issuer: string): Promise<JWTVerifyGetKey> {
    const now = Date.now();
    const known = this.issuers.get(issuer);
    if (known && known.until > now) return known.keys;
    const keys = discover(issuer);
    this.issuers.set(issuer, { keys, until: now + discoveryLifetimeMs });
    keys.catch(() => this.issuers.delete(issuer));
    return keys;
  }
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const { statusCode, body } = await request(url, {
    headersTimeout: discoveryTimeoutMs,
    bodyTimeout: discoveryTimeoutMs,
  });
  const configuration = (await body.json()) as { jwks_uri?: unknown };
  if (statusCode !== 200 || typeof configuration.jwks_uri !== 'string') throw new DiscoveryError(issuer);
  return createRemoteJWKSet(new URL(configuration.jwks_uri), {
    cooldownDuration: 2_000,
    timeoutDuration: discoveryTimeoutMs,
  });
}

class DiscoveryError extends Error {
  readonly code = 'OIDC_DISCOVERY_FAILED';
  constructor(issuer: string) {
    super(`OIDC discovery endpoint communication error (${issuer})`);
  }
}

/** `aud` or, as Cognito's access tokens have it, `client_id`. */
function requireAudience(claims: JWTPayload, audience: readonly string[]): void {
  if (audience.length === 0) return;
  const given = claims.aud === undefined ? [claims.client_id] : [claims.aud].flat();
  if (!given.some((value) => typeof value === 'string' && audience.includes(value))) {
    throw new errors.JWTClaimValidationFailed('the token is for another audience', claims, 'aud');
  }
}

function scopesOf({ scope, scp }: JWTPayload): string[] {
  const value = scope ?? scp;
  if (typeof value === 'string') return value.split(' ').filter((part) => part !== '');
  return Array.isArray(value) ? value.map(String) : [];
}

/** API Gateway writes every claim as text; lists stand in brackets. */
function textClaims(claims: JWTPayload): Record<string, string> {
  const entries = Object.entries(claims).map(([name, value]) => {
    if (Array.isArray(value)) return [name, `[${value.join(' ')}]`];
    return [name, typeof value === 'string' ? value : JSON.stringify(value)];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  return error instanceof Error ? error.message.replace(/"/g, "'") : 'the token is not valid';
}

function challenge(scopes: readonly string[], error: string, description: string): string {
  const scope = scopes.length > 0 ? `scope="${scopes.join(' ')}" ` : '';
  return `Bearer ${scope}error="${error}" error_description="${description}"`;
}

function denied(status: 401 | 403, text: string, authenticate: string): AuthorizerDecision {
  return { allowed: false, reply: refuse(status, text, [['www-authenticate', authenticate]]) };
}
