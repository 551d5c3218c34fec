import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Phase } from '../phase';

const fullForMs = 8_000;

/** The disk that holds Postgres, Redis, the cloud and the logs has no room for a while. */
export const diskFull: Phase = {
  name: 'the disk is full',
  run: async ({ smallDisk, buyers, say }) => {
    if (smallDisk === undefined) {
      say('SKIPPED: only root can make a small disk (a tmpfs) to fill');
      return [];
    }
    const ballast = join(smallDisk, 'ballast');
    try {
      say(`filled up with ${fill(ballast)} MB`);
      await pause(fullForMs);
    } finally {
      rmSync(ballast, { force: true });
      say('has room again');
    }
    return (await buyers.untilMore(8, 80_000)) ? [] : ['no orders after the disk had room again'];
  },
};

/** Writes until there is no room. Answers how many megabytes that were. */
function fill(file: string): number {
  const descriptor = openSync(file, 'w');
  let bytes = 0;
  try {
    for (let size = 1 << 20; size >= 1 << 12;) {
      try {
        bytes += writeSync(descriptor, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size /= 2;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return Math.round(bytes / (1 << 20));
}
