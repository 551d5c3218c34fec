import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Where a program is, or undefined. */
export function which(program: string): string | undefined {
  const found = spawnSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function canSudo(): boolean {
  return which('sudo') !== undefined && spawnSync('sudo', ['-n', 'true']).status === 0;
}

/**
 * Makes sure a program of the operating system is there: installs its package with apt (root or password-less sudo)
 * or brew, otherwise stops with the command to type.
 */
export function ensureProgram(
  program: string,
  packages: { apt: readonly string[]; brew: string },
  candidates: readonly string[] = [],
): string {
  const find = (): string | undefined => which(program) ?? candidates.find((path) => existsSync(path));
  const present = find();
  if (present) return present;
  const root = process.getuid?.() === 0;
  if (which('apt-get') && (root || canSudo())) {
    const sudo = root ? [] : ['sudo', '-n'];
    const apt = (...args: string[]): void => {
      const [command, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
      execFileSync(command as string, rest, { stdio: ['ignore', 'ignore', 'inherit'] });
    };
    console.error(`Installing ${packages.apt.join(', ')} ...`);
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', ...packages.apt);
  } else if (which('brew')) {
    execFileSync('brew', ['install', '--quiet', packages.brew], { stdio: 'inherit' });
  }
  const installed = find();
  if (installed) return installed;
  throw new Error(
    `${program} is missing. Install it and try again:\n  Debian, Ubuntu: sudo apt-get install ${packages.apt.join(' ')}\n  macOS: brew install ${packages.brew}`,
  );
}
