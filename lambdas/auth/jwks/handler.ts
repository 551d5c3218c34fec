import { httpHandler } from '@yorozu/lambda-shared/http';
import { deps } from './deps';
import { openIdConfiguration, publicKeys } from './jwks';

/** Shorter than a rotation overlaps. */
const headers = { 'cache-control': 'public, max-age=300' };

/** GET /.well-known/jwks.json and /.well-known/openid-configuration */
export const handler = httpHandler(async ({ event }) =>
  event.rawPath.endsWith('/openid-configuration')
    ? { status: 200, body: openIdConfiguration(deps.issuer), headers }
    : { status: 200, body: publicKeys(await deps.ring.keys()), headers },
);
