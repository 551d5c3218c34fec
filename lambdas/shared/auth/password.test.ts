import { assertStrong, hashPassword, verifyPassword } from './password';

const email = 'hanako@example.com';

test.each([
  ['short', 'at least 8'],
  ['password123', 'easy to guess'],
  ['aaaaaaaaaaaa', 'easy to guess'],
  ['Hanako@Example.com', 'e-mail'],
])('%s is weak', (password, reason) => {
  expect(() => assertStrong(password, email)).toThrow(reason);
});

test.each(['yorozu-demo', '正しい馬の電池', 'correct horse battery'])('%s passes', (password) => {
  const check = (): void => assertStrong(password, email);
  if ([...password].length < 8) expect(check).toThrow('at least 8');
  else expect(check).not.toThrow();
});

test('hashes are argon2id with OWASP’s parameters, salted, and verify', async () => {
  const [one, two] = await Promise.all([hashPassword('yorozu-demo'), hashPassword('yorozu-demo')]);
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(one).not.toBe(two);
  expect(await verifyPassword('yorozu-demo', one)).toBe(true);
  expect(await verifyPassword('Yorozu-demo', one)).toBe(false);
});

test('nobody signs in without a hash', async () => {
  expect(await verifyPassword('x', undefined)).toBe(false);
  expect(await verifyPassword('yorozu-demo', undefined)).toBe(false);
});
