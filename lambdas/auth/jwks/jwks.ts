import type { SigningKey } from '@yorozu/lambda-shared/auth/keys';

/** RFC 7517: the public half of every key of the ring, so that tokens of the key before verify while it rotates out. */
export function publicKeys(keys: readonly SigningKey[]): { keys: object[] } {
  return {
    keys: keys.map(({ kid, kty, crv, x, y }) => ({ kid, kty, crv, x, y, alg: 'ES256', use: 'sig' })),
  };
}

/** OpenID Connect Discovery 1.0, as far as verifiers of access tokens (the JWT authorizer of an HTTP API) read it. */
export function openIdConfiguration(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/api/auth/refresh`,
    response_types_supported: ['token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}
