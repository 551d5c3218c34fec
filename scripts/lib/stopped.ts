import { Redis } from 'ioredis';
import pg from 'pg';

export interface Stopped {
  readonly pids: readonly number[];
  /** Lets them go on. */
  resume(): void;
}

/**
 * Stops Postgres backends of an application with SIGSTOP: the connection stays open and says nothing, as when the
 * network drops packets or the server's machine freezes. Only idle ones,
 * which hold no locks, and those that were used last first: at most `most`. Call `resume` in `finally`.
 */
export async function stopBackends(
  url: string,
  application: string,
  most = Number.MAX_SAFE_INTEGER,
): Promise<Stopped> {
  const client = new pg.Client({ connectionString: url, application_name: 'stop-backends' });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>(
      `select pid from pg_stat_activity where application_name = $1 and datname = current_database() and state = 'idle'
       order by state_change desc limit $2`,
      [application, most],
    );
    const pids = rows.map(({ pid }) => pid);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    return { pids, resume: () => pids.forEach(resume) };
  } finally {
    await client.end();
  }
}

/** Stops a Redis server likewise. */
export async function stopRedis(url: string): Promise<Stopped> {
  const redis = new Redis(url);
  try {
    const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
    process.kill(pid, 'SIGSTOP');
    return { pids: [pid], resume: () => resume(pid) };
  } finally {
    redis.disconnect();
  }
}

function resume(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // it has ended
  }
}
