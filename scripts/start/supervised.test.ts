import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { endUnless } from '../lib/redis';
import { identify } from './process-identity';
import { Supervised, type ProcessEvent } from './supervised';

let events: ProcessEvent['kind'][];
let spawned: ChildProcess[];

beforeEach(() => {
  events = [];
  spawned = [];
});

/** `sleep`, which is up once `up` says so. */
function supervised(up: (attempt: number) => Promise<void>): Supervised {
  return new Supervised({
    name: 'sleeper',
    stopSignal: 'SIGTERM',
    onSpawn: () => undefined,
    onEvent: ({ kind }) => void events.push(kind),
    retryMs: { first: 5, most: 10 },
    launch: async (give) => {
      const child = spawn('sleep', ['60']);
      spawned.push(child);
      give(child);
      const ended = new Promise<never>((_, reject) => child.once('exit', () => reject(new Error('ended'))));
      await endUnless(child, Promise.race([up(spawned.length), ended]));
    },
  });
}

const alive = (): unknown[] => spawned.filter(({ pid }) => pid !== undefined && identify(pid));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

it('starts it again for as long as it takes, and leaves nothing behind', async () => {
  const sleeper = supervised(async (attempt) => {
    if (attempt > 1 && attempt < 4) throw new Error('no room');
  });
  await sleeper.start();
  sleeper.kill();
  await until(() => sleeper.pid !== undefined && spawned.length === 4);
  expect(events).toEqual(['started', 'ended', 'start-failed', 'start-failed', 'started']);
  expect(alive()).toHaveLength(1);
  await sleeper.stop();
  expect(alive()).toEqual([]);
});

it.each([1, 2])('ends what is still starting: attempt %i', async (last) => {
  const sleeper = supervised((attempt) =>
    attempt < last ? Promise.resolve() : new Promise(() => undefined),
  );
  const started = sleeper.start().catch((error: Error) => error.message);
  await until(() => spawned.length === 1);
  if (last === 2) {
    await started;
    sleeper.kill();
    await until(() => spawned.length === 2);
  }
  await sleeper.stop();
  expect([await started, alive(), sleeper.pid]).toEqual([last === 1 ? 'ended' : undefined, [], undefined]);
});

it('says so where it cannot start at first, and does not try on', async () => {
  const sleeper = supervised(() => Promise.reject(new Error('no such setting')));
  await expect(sleeper.start()).rejects.toThrow('no such setting');
  await sleep(30);
  expect([spawned.length, alive(), events]).toEqual([1, [], []]);
});
