import { exportJWK, generateKeyPair } from 'jose';
import { JwtIssuer } from './access-token';
import { accountCookie } from './cookie';
import { DeviceCookies } from './device';
import type { SigningKey } from './keys';

const issuer = 'https://shop.example';
const email = 'hanako@example.com';

async function key(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid } as SigningKey;
}

let keys: SigningKey[];
const ring = { keys: async () => keys, current: async () => keys[0] as SigningKey };
const settings = { issuer, audience: 'yorozu', cookie: (name: string) => accountCookie(issuer, name) };
const devices = new DeviceCookies(ring, settings);
beforeEach(async () => {
  keys = [await key('k-1')];
});

function jar(...setCookies: string[]): Map<string, string> {
  return new Map(setCookies.map((line) => (line.split(';')[0] ?? '').split('=') as [string, string]));
}

test('a browser is known to the account that signed in from it, whatever the case of its address', async () => {
  const cookie = await devices.remember(email);
  expect(cookie).toMatch(/Max-Age=15552000; Path=\/api\/auth; HttpOnly; SameSite=Lax; Secure$/);
  expect(await devices.recognise('Hanako@Example.com', jar(cookie))).toMatch(/^[0-9a-f-]{36}$/);
});

test('to no other account, even under that account’s name', async () => {
  const [mine, theirs] = [await devices.remember(email), await devices.remember('taro@example.com')];
  expect(await devices.recognise('taro@example.com', jar(mine))).toBeUndefined();
  const renamed = `${theirs.split('=')[0]}=${mine.split('=').slice(1).join('=')}`;
  expect(await devices.recognise('taro@example.com', jar(renamed))).toBeUndefined();
  expect(await devices.recognise('taro@example.com', jar(mine, theirs))).toBeDefined();
});

test('a forged cookie and an access token know nobody', async () => {
  const cookie = await devices.remember(email);
  const name = cookie.split('=')[0] ?? '';
  const access = await new JwtIssuer(ring, settings).issue({ id: email, roles: [] }, 's-1');
  for (const value of ['', 'x.y.z', access]) {
    expect(await devices.recognise(email, new Map([[name, value]]))).toBeUndefined();
  }
  keys = [await key('k-1')];
  expect(await devices.recognise(email, jar(cookie))).toBeUndefined();
});

test('stays known while its key is rotated out', async () => {
  const cookie = await devices.remember(email);
  keys = [await key('k-2'), ...keys];
  expect(await devices.recognise(email, jar(cookie))).toBeDefined();
});
