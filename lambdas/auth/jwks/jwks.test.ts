import { JwtIssuer } from '@yorozu/lambda-shared/auth/access-token';
import { KeyRing, type SigningKey } from '@yorozu/lambda-shared/auth/keys';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { openIdConfiguration, publicKeys } from './jwks';

const settings = { issuer: 'http://localhost:3001', audience: 'yorozu' };

async function key(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid } as SigningKey;
}

function ring(read: () => unknown, now: () => number = Date.now): KeyRing {
  return new KeyRing('auth/jwt-keys', { read: async () => JSON.stringify(read()) }, now);
}

const verify = (token: string, keys: { keys: object[] }) =>
  jwtVerify(token, createLocalJWKSet(keys), { ...settings, algorithms: ['ES256'] });

test('a token verifies by the published keys and carries subject, roles and session', async () => {
  const keys = [await key('k-1')];
  const token = await new JwtIssuer(
    ring(() => ({ keys })),
    settings,
  ).issue({ id: 'u-1', roles: ['admin'] }, 's-1');
  const { payload, protectedHeader } = await verify(token, publicKeys(keys));
  expect(payload).toMatchObject({ sub: 'u-1', roles: ['admin'], sid: 's-1' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
  expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'k-1' });
});

test('rotation overlaps: the newest key signs, tokens of the one before still verify', async () => {
  const [older, newer] = [await key('k-1'), await key('k-2')];
  let keys = [older];
  let now = 0;
  const shared = ring(
    () => ({ keys }),
    () => now,
  );
  const issuer = new JwtIssuer(shared, settings);
  const before = await issuer.issue({ id: 'u-1', roles: [] }, 's-1');
  keys = [newer, older];
  now = 300_001;
  const after = await issuer.issue({ id: 'u-1', roles: [] }, 's-1');
  const published = publicKeys(await shared.keys());
  expect((await verify(before, published)).protectedHeader.kid).toBe('k-1');
  expect((await verify(after, published)).protectedHeader.kid).toBe('k-2');
});

test('keys stay good while the secret cannot be read', async () => {
  const keys = [await key('k-1')];
  let now = 0;
  let away = false;
  const shared = ring(
    () => {
      if (away) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      return { keys };
    },
    () => now,
  );
  await shared.keys();
  [now, away] = [300_001, true];
  expect(await shared.keys()).toMatchObject([{ kid: 'k-1' }]);
  keys.unshift(await key('k-2'));
  [now, away] = [305_002, false];
  expect(await shared.keys()).toMatchObject([{ kid: 'k-2' }, { kid: 'k-1' }]);
});

test('only public members are published', async () => {
  const [published] = publicKeys([await key('k-1')]).keys;
  expect(Object.keys(published ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test.each([[{}], [{ keys: [] }], [{ keys: [{ kid: 'k', kty: 'RSA' }] }]])(
  'a secret of %j is refused by name',
  async (secret) => {
    await expect(ring(() => secret).current()).rejects.toThrow(/auth\/jwt-keys/);
  },
);

test('the OpenID configuration names the issuer and where its keys are', () => {
  expect(openIdConfiguration(settings.issuer)).toMatchObject({
    issuer: settings.issuer,
    jwks_uri: `${settings.issuer}/.well-known/jwks.json`,
  });
});
