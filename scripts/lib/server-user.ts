/**
 * Postgres refuses to run as root, so root starts it as an OS user of its own. That user cannot reach what lies in a
 * private directory: a checkout below /root, or `.local` itself. What it needs is then kept where it can, in a
 * directory that only root can write to.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The user that servers run as; undefined: as ourselves. Made where it is missing. */
export function serverIdentity(user: string): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lookUp = (): Identity | undefined => {
    const found = spawnSync('id', ['-u', user], { encoding: 'utf8' });
    const group = spawnSync('id', ['-g', user], { encoding: 'utf8' });
    return found.status === 0 ? { uid: Number(found.stdout), gid: Number(group.stdout) } : undefined;
  };
  const known = lookUp();
  if (known) return known;
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', user]);
  const made = lookUp();
  if (!made) throw new Error(`Postgres cannot run as root and the OS user "${user}" could not be created`);
  return made;
}

/**
 * The directory that `directory` stands for: itself where `identity` can get there, otherwise one of that user's own,
 * to which `directory` becomes a link. What was there before moves along.
 */
export function reachableDirectory(directory: string, identity: Identity): string {
  const linked = linkTarget(directory);
  if (linked !== undefined && existsSync(linked)) return linked;
  const parent = dirname(directory);
  mkdirSync(parent, { recursive: true });
  if (mayEnter(parent, identity)) return directory;
  const target = join(mkdtempSync(join(serversHome(), 'data-')), 'data');
  chmodSync(dirname(target), 0o711);
  if (linked === undefined && existsSync(directory)) move(directory, target);
  else mkdirSync(target, { mode: 0o700 });
  chownSync(target, identity.uid, identity.gid);
  rmSync(directory, { force: true });
  symlinkSync(target, directory, 'dir');
  return target;
}

/** Removes what {@link reachableDirectory} keeps elsewhere for `directory`. */
export function removeLinked(directory: string): void {
  const linked = linkTarget(directory);
  if (linked !== undefined && homes.some((home) => linked.startsWith(join(home, 'data-'))))
    rmSync(dirname(linked), { recursive: true, force: true });
}

/**
 * A copy of a package's `folder` that `identity` can run, or `folder` itself where it can. Copies are named by the
 * package's version and appear complete.
 */
export function reachableCopy(folder: string, program: string, identity: Identity): string {
  if (spawnSync(join(folder, program), ['--version'], { ...identity, cwd: '/' }).status === 0) return folder;
  const { name, version } = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const target = join(serversHome(), `${name.replace(/\W+/g, '-').replace(/^-/, '')}-${version}`);
  if (existsSync(target)) return target;
  const staged = mkdtempSync(`${target}.`);
  cpSync(folder, staged, { recursive: true, verbatimSymlinks: true });
  chmodSync(staged, 0o755);
  try {
    renameSync(staged, target);
  } catch (error) {
    rmSync(staged, { recursive: true });
    // Another start was faster.
    if (!existsSync(target)) throw error;
  }
  return target;
}

const homes = ['/var/lib/yorozu', '/var/tmp/yorozu'];

/** Root's alone to write: nobody else can have put programs or links there. */
function serversHome(): string {
  for (const home of homes) {
    try {
      if (mkdirSync(home, { recursive: true }) !== undefined) chmodSync(home, 0o755);
    } catch {
      continue;
    }
    const found = lstatSync(home);
    if (found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return home;
  }
  throw new Error(`No directory for the database: root must be able to make one of ${homes.join(', ')}`);
}

function mayEnter(directory: string, identity: Identity): boolean {
  return spawnSync('test', ['-x', directory], { ...identity, cwd: '/' }).status === 0;
}

function linkTarget(path: string): string | undefined {
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? readlinkSync(path) : undefined;
}

/** Also to another file system. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    execFileSync('cp', ['-a', from, to]);
    rmSync(from, { recursive: true });
  }
}
