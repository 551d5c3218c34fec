import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { Store } from './store';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yorozu-store-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(directory, { recursive: true });
});

const noSpace = Object.assign(new Error('IO error: No space left on device'), { code: 'LEVEL_IO_ERROR' });

it('writes what a full disk refused as soon as there is room, in the order of the changes', async () => {
  const reported = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const store = await Store.open(directory, { retryMs: 20 });
  const things = await store.collection<number>('things');
  things.set('kept', 1);
  await store.flushed();
  const full = jest
    .spyOn(ClassicLevel.prototype, 'batch')
    .mockImplementation(() => Promise.reject(noSpace) as never);
  things.set('a', 1);
  await expect(store.flushed()).rejects.toThrow('No space left');
  things.set('a', 2);
  things.delete('kept');
  await expect(store.flushed()).rejects.toThrow('No space left');
  full.mockRestore();
  while (
    await store.flushed().then(
      () => false,
      () => true,
    )
  )
    await new Promise((done) => setTimeout(done, 5));
  expect(reported.mock.calls.flat().join('\n')).toMatch(/No space left[^]*written again/);
  // The database was opened anew: what LevelDB wrote by half must not be written on.
  await store.close();
  const again = await Store.open(directory);
  const found = await again.collection<number>('things');
  expect([...found]).toEqual([['a', 2]]);
  await again.close();
});
