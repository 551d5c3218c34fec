import { argon2id } from 'hash-wasm';
import { assertStrong, hashPassword, verifyPassword } from './password';

const email = 'hanako.yamada@example.com';

test.each(['short', '正しい馬の電池', 'a\u0301bcdefg'])('%s is too short', async (password) => {
  await expect(assertStrong(password, email)).rejects.toMatchObject({ code: 'WEAK_PASSWORD' });
});

test.each([
  'password123',
  'Password123',
  'ｐａｓｓｗｏｒｄ１２３',
  'qwertyuiop',
  'iloveyou',
  '1q2w3e4r5t',
  'aaaaaaaaaaaa',
  'Hanako.Yamada@Example.com',
  'hanako.yamada',
  'Hanako.Yamada1990!',
  'yorozu2026',
  '*YOROZU*!',
])('%s is easy to guess', async (password) => {
  await expect(assertStrong(password, email)).rejects.toMatchObject({
    code: 'COMMON_PASSWORD',
    errors: [{ path: 'password', code: 'COMMON_PASSWORD' }],
  });
});

test.each([
  'yorozu-demo',
  '正しい馬の電池と鍵',
  'correct horse battery',
  'correct-horse-battery',
  'zgktwnvq',
])('%s passes: no rule asks for digits or signs', async (password) => {
  await expect(assertStrong(password, email)).resolves.toBeUndefined();
});

test('hashes are argon2id with OWASP’s parameters, salted, and verify', async () => {
  const [one, two] = await Promise.all([hashPassword('yorozu-demo'), hashPassword('yorozu-demo')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('yorozu-demo', one)).toBe(true);
  expect(await verifyPassword('Yorozu-demo', one)).toBe(false);
});

describe('a password that keyboards write in several ways', () => {
  const composed = 'がぎぐげご-café';
  const decomposed = composed.normalize('NFD');
  const wide = 'ｈｏｒｓｅ　ｂａｔｔｅｒｙ';

  test('is the same password', async () => {
    expect(decomposed).not.toBe(composed);
    expect(await verifyPassword(composed, await hashPassword(decomposed))).toBe(true);
    expect(await verifyPassword('horse battery', await hashPassword(wide))).toBe(true);
  });

  test('still opens an account whose hash was made of it as it was sent', async () => {
    const salt = new Uint8Array(16).fill(7);
    const cheap = {
      memorySize: 64,
      iterations: 1,
      parallelism: 1,
      hashLength: 32,
      outputType: 'encoded',
    } as const;
    const old = await argon2id({ ...cheap, password: decomposed, salt });
    expect(await verifyPassword(decomposed, old)).toBe(true);
    expect(await verifyPassword(composed, old)).toBe(false);
  });
});

test('nobody signs in without a hash', async () => {
  expect(await verifyPassword('x', undefined)).toBe(false);
  expect(await verifyPassword('yorozu-demo', undefined)).toBe(false);
});
