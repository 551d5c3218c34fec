import { Turnstile } from './turnstile';

function work() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const begin = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve, reject) =>
      ends.set(name, (error) => (error ? reject(error) : resolve())),
    );
  };
  const end = async (name: string, error?: Error) => {
    ends.get(name)?.(error);
    await new Promise(setImmediate);
  };
  return { begun, begin, end };
}

test('lets in as many as it is wide, then the oldest execution first, whatever becomes of those inside', async () => {
  const { begun, begin, end } = work();
  const turnstile = new Turnstile(2);
  for (const [name, since] of [
    ['a', 5],
    ['b', 6],
    ['c', 9],
    ['d', 3],
    ['e', 3],
    ['f', 7],
  ] as const)
    turnstile.enter(since, begin(name));
  expect(begun).toEqual(['a', 'b']);
  await end('a', new Error('thrown'));
  await end('b');
  expect(begun).toEqual(['a', 'b', 'd', 'e']);
  await end('e');
  await end('f');
  await end('d');
  expect(begun).toEqual(['a', 'b', 'd', 'e', 'f', 'c']);
});

test('who gave up waiting is passed over', async () => {
  const { begun, begin, end } = work();
  const turnstile = new Turnstile(1);
  turnstile.enter(1, begin('a'));
  const giveUp = turnstile.enter(2, begin('b'));
  turnstile.enter(3, begin('c'));
  giveUp();
  await end('a');
  expect(begun).toEqual(['a', 'c']);
});
