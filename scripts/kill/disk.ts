import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serverIdentity } from '../lib/server-user';

export interface Disk {
  /** Where the installation's data goes. */
  readonly data: string;
  /** The small disk it lies on; undefined where none could be made. */
  readonly small: string | undefined;
  remove(): void;
}

/** A place for an installation: on a disk of its own that is small enough to be filled, where we may make one. */
export function makeDisk(): Disk {
  const directory = mkdtempSync(join(tmpdir(), 'yorozu-kill-'));
  chmodSync(directory, 0o755);
  const small = mount(directory);
  const data = join(directory, 'local');
  mkdirSync(data);
  if (small) keepPostgresOn(directory, data);
  return {
    data,
    small: small ? directory : undefined,
    remove: () => {
      // Lazily: a function's process may take a moment longer than the cloud that ran it.
      if (small) execFileSync('umount', ['--lazy', directory]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function mount(directory: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const options = ['-t', 'tmpfs', '-o', 'size=768m,mode=755', 'yorozu-kill', directory];
  return spawnSync('mount', options).status === 0;
}

/** Root's Postgres keeps its data where its own user can reach it, which would be another disk. */
function keepPostgresOn(directory: string, data: string): void {
  const target = join(directory, 'postgres');
  mkdirSync(target, { mode: 0o700 });
  const identity = serverIdentity('postgres');
  if (identity) chownSync(target, identity.uid, identity.gid);
  symlinkSync(target, join(data, 'postgres'));
}
