import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './ports';
import { ensureProgram } from './system';

export interface Server {
  readonly url: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export function redisServerProgram(): string {
  return ensureProgram('redis-server', { apt: ['redis-server'], brew: 'redis' });
}

/**
 * A Redis of our own. Changes are appended to disk every second, so that a restart finds them. `spawned` gets the
 * process as soon as it is there, and the charge of it: Ctrl-C reaches it only through who has that. One that does not
 * come up is ended.
 */
export async function startRedis(
  directory: string,
  port: number,
  spawned?: (child: ChildProcess) => void,
): Promise<Server> {
  await mkdir(directory, { recursive: true });
  const args = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--dir',
    directory,
    '--save',
    '',
    '--appendonly',
    'yes',
  ];
  const child = spawn(redisServerProgram(), [...args, '--appendfsync', 'everysec', '--daemonize', 'no'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: spawned !== undefined,
  });
  spawned?.(child);
  const url = `redis://127.0.0.1:${port}`;
  await endUnless(child, untilReady(url, child));
  return { url, process: child, stop: () => stopProcess(child, 'SIGTERM') };
}

/** A Redis for tests, empty, in a directory that is removed at the end. Shared with the run's others where Jest's setup started one. */
export async function startTestRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'yorozu-redis-'));
  const server = await startRedis(directory, await freePort());
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => 30 });
  client.on('error', () => undefined);
  try {
    const exited = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)));
    });
    await Promise.race([
      client
        .connect()
        .catch(() => undefined)
        .then(() => client.ping()),
      exited,
    ]);
  } finally {
    client.disconnect();
  }
}

/** A process that does not become what it was started for must not stay behind. */
export async function endUnless<T>(child: ChildProcess, up: Promise<T>): Promise<T> {
  try {
    return await up;
  } catch (error) {
    await stopProcess(child, 'SIGKILL');
    throw error;
  }
}

/** Sends the signal and waits for the end; SIGKILL after ten seconds. */
export async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const neverBegan = child.pid === undefined;
  if (neverBegan || child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill(signal);
  });
}
