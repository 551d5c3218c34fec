import type { Audience } from './notify';
import { RememberingAudience } from './remembering-audience';

function make(connections: Record<string, string[]>) {
  const looked: string[] = [];
  const forgotten: string[] = [];
  let now = 0;
  const inner: Audience = {
    ofUser: async (userId) => (looked.push(userId), connections[userId] ?? []),
    ofProduct: async () => [],
    forget: async (ids) => void forgotten.push(...ids),
  };
  const audience = new RememberingAudience(inner, () => now);
  return { audience, looked, forgotten, pass: (ms: number) => (now += ms) };
}

test('a user is looked up once a second', async () => {
  const connections = { 'u-1': ['c-1'] };
  const { audience, looked, pass } = make(connections);
  await audience.ofUser('u-1');
  connections['u-1'] = ['c-1', 'c-2'];
  expect(await audience.ofUser('u-1')).toEqual(['c-1']);
  pass(1_000);
  expect(await audience.ofUser('u-1')).toEqual(['c-1', 'c-2']);
  expect(looked).toHaveLength(2);
});

test('nobody is remembered as absent', async () => {
  const connections: Record<string, string[]> = {};
  const { audience } = make(connections);
  expect(await audience.ofUser('u-1')).toEqual([]);
  connections['u-1'] = ['c-1'];
  expect(await audience.ofUser('u-1')).toEqual(['c-1']);
});

test('whoever has gone is forgotten at once', async () => {
  const connections = { 'u-1': ['c-1'], 'u-2': ['c-9'] };
  const { audience, looked, forgotten } = make(connections);
  await audience.ofUser('u-1');
  await audience.ofUser('u-2');
  connections['u-1'] = ['c-2'];
  await audience.forget(['c-1']);
  expect(await audience.ofUser('u-1')).toEqual(['c-2']);
  await audience.ofUser('u-2');
  expect(forgotten).toEqual(['c-1']);
  expect(looked).toEqual(['u-1', 'u-2', 'u-1']);
});
