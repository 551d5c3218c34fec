// Entry of every `npm run ...`: checks Node, installs the workspace's packages when they are missing or the lock file
// has changed, then runs the command. Plain JavaScript, because it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Yorozu needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function install() {
  const stamp = join(root, 'node_modules/.yorozu-lock');
  const lock = createHash('sha256').update(readFileSync('pnpm-lock.yaml')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages (first run, or the lock file changed) ...');
  const args = [
    'exec',
    '--yes',
    '--',
    'pnpm@10',
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--loglevel=error',
  ];
  const { status, error } = spawnSync('npm', args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, lock);
}

/** Runs tools of node_modules/.bin one after the other; stops at the first that fails. */
function tools(...commands) {
  for (const [program, ...args] of commands) {
    const { status } = spawnSync(join(root, 'node_modules/.bin', program), args, { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
}

/** Runs a TypeScript entry in this process. */
async function script(path) {
  const { register } = await import('tsx/esm/api');
  register();
  await import(join(root, path));
}

const commands = {
  start: () => script('scripts/start/main.ts'),
  test: () => script('scripts/test.ts'),
  build: () => script('scripts/build.ts'),
  conformance: () => script('scripts/conformance.ts'),
  'test:kill': () => script('scripts/kill/main.ts'),
  bench: () => script('scripts/bench/main.ts'),
  seed: () => script('scripts/seed/main.ts'),
  typecheck: () => tools(['tsc', '-p', 'tsconfig.json'], ['tsc', '-p', 'frontend/tsconfig.json']),
  lint: () =>
    tools(
      ['eslint', '.', '--max-warnings=0'],
      ['prettier', '--check', '--log-level=warn', '.'],
      [
        'depcruise',
        '--config',
        '.dependency-cruiser.cjs',
        'containers',
        'lambdas',
        'events',
        'packages',
        'infrastructure/local',
        'frontend/src',
        'scripts',
      ],
    ),
  format: () => tools(['prettier', '--write', '--log-level=warn', '.']),
};

const name = process.argv[2];
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (!command) {
  console.error(`Usage: npm run <${Object.keys(commands).join('|')}>`);
  process.exit(1);
}
install();
process.argv.splice(2, 1);
await command();
