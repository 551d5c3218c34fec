import { createServer, type Server } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { request } from 'undici';
import type { JwtAuthorizerSpec } from '../artefacts/model';
import type { Gateway } from './index';
import { lambdaRoute, listening, startGateway } from './testing';

let issuer: Server;
let issuerUrl: string;
let gateway: Gateway;
let url: string;
let keys: JWK[] = [];
let fetches = 0;
let authorizer: unknown;
let privateKey: CryptoKey;

beforeAll(async () => {
  issuer = createServer((incoming, outgoing) => {
    outgoing.setHeader('content-type', 'application/json');
    if (incoming.url === '/keys') {
      fetches += 1;
      outgoing.end(JSON.stringify({ keys }));
    } else outgoing.end(JSON.stringify({ issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` }));
  });
  issuerUrl = await listening(issuer);
  privateKey = await addKey('first');
  const spec: JwtAuthorizerSpec = {
    type: 'jwt',
    name: 'jwt',
    identitySource: '$request.header.Authorization',
    issuer: issuerUrl,
    audience: ['shop'],
  };
  const started = await startGateway(
    {
      http: {
        routes: [
          { ...lambdaRoute('GET /me', 'echo'), authorizer: spec },
          { ...lambdaRoute('GET /admin', 'echo'), authorizer: spec, authorizationScopes: ['admin', 'root'] },
        ],
      },
    },
    {
      echo: (event) => {
        authorizer = (event.requestContext as { authorizer?: unknown }).authorizer;
        return 'ok';
      },
    },
  );
  ({ gateway, url } = started);
});

afterAll(async () => {
  await gateway.close(100);
  issuer.closeAllConnections();
  await new Promise((resolve) => issuer.close(resolve));
});

async function addKey(kid: string, alg = 'ES256'): Promise<CryptoKey> {
  const pair = await generateKeyPair(alg);
  keys = [...keys, { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' }];
  return pair.privateKey;
}

async function token(claims: Record<string, unknown> = {}, kid = 'first', key = privateKey): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuerUrl, aud: 'shop', sub: 'u1', iat: now, exp: now + 60, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid })
    .sign(key);
}

async function get(path: string, authorization?: string) {
  const { statusCode, headers, body } = await request(url + path, {
    headers: authorization ? { authorization } : {},
  });
  return { status: statusCode, challenge: headers['www-authenticate'], body: await body.text() };
}

describe('JWT authorizer', () => {
  it('lets a token in and hands its claims as text to the function', async () => {
    const jwt = await token({ roles: ['a', 'b'], scope: 'read admin' });
    expect(await get('/me', `Bearer ${jwt}`)).toMatchObject({ status: 200, body: 'ok' });
    expect(authorizer).toMatchObject({
      jwt: { claims: { sub: 'u1', aud: 'shop', roles: '[a b]', iss: issuerUrl }, scopes: ['read', 'admin'] },
    });
    expect((await get('/me', jwt)).status).toBe(200);
  });

  test.each([
    ['no token', () => undefined],
    ['nonsense', () => 'Bearer nonsense'],
    ['another audience', async () => `Bearer ${await token({ aud: 'other' })}`],
    ['another issuer', async () => `Bearer ${await token({ iss: 'https://evil.example' })}`],
    ['an expired token', async () => `Bearer ${await token({ exp: 1 })}`],
    [
      'a token of the future',
      async () => `Bearer ${await token({ nbf: Math.floor(Date.now() / 1000) + 600 })}`,
    ],
    [
      'a forged signature',
      async () => `Bearer ${await token({}, 'first', (await generateKeyPair('ES256')).privateKey)}`,
    ],
  ])('refuses %s', async (_, make) => {
    const answer = await get('/me', await make());
    expect(answer).toMatchObject({ status: 401, body: expect.stringContaining('"message":"Unauthorized"') });
    expect(answer.challenge).toMatch(/^Bearer/);
  });

  it('asks for one of the scopes', async () => {
    expect((await get('/admin', `Bearer ${await token({ scope: 'read root' })}`)).status).toBe(200);
    const answer = await get('/admin', `Bearer ${await token({ scp: ['read'] })}`);
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('"message":"Forbidden"') });
    expect(answer.challenge).toContain('error="insufficient_scope"');
  });

  it('keeps the keys and fetches them again for a new one', async () => {
    const before = fetches;
    for (let index = 0; index < 3; index++) await get('/me', `Bearer ${await token()}`);
    expect(fetches).toBe(before);
    const second = await addKey('second');
    // The key set is asked again at most every two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await get('/me', `Bearer ${await token({}, 'second', second)}`)).status).toBe(200);
    expect(fetches).toBe(before + 1);
  });
});
