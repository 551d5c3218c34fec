import { logout } from './logout';

test.each([
  ['a token', 'token', ['token']],
  ['none', undefined, []],
  ['an empty one', '', []],
])('with %s', async (_what, token, ended) => {
  const seen: string[] = [];
  await logout(token, { sessions: { end: async (value) => void seen.push(value) } });
  expect(seen).toEqual(ended);
});
