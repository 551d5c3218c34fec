import { statfsSync } from 'node:fs';

const megabyte = 1024 * 1024;
/** Below this Postgres cannot begin its next file of 16 MB. */
const leastBytes = 32 * megabyte;
const everyMs = 2_000;

/** Says when a disk that holds one of `directories` is full, and when there is room again. The timer keeps nothing alive. */
export function watchDisk(directories: readonly string[], say: (line: string) => void): void {
  let full = false;
  const look = (): void => {
    const [fullest] = directories
      .map((directory) => ({ directory, free: freeBytes(directory) }))
      .sort((left, right) => left.free - right.free);
    if (!fullest || fullest.free < leastBytes === full) return;
    full = !full;
    const left = `${Math.floor(fullest.free / megabyte)} MB free`;
    say(
      full
        ? `The disk that holds ${fullest.directory} is full (${left}). Free some space: until then orders are refused, then everything goes on by itself.`
        : `There is room on the disk again (${left}).`,
    );
  };
  look();
  setInterval(look, everyMs).unref();
}

/** Infinity where it is not there yet. */
function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return Infinity;
  }
}
