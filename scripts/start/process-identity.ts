import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that is meant, and not another that has got its number since. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As `ps` says it; the command would not do, since Redis and Postgres write what they like into theirs. */
  readonly startedAt: string;
}

const pollMs = 50;
const patienceMs = 5_000;

/** Undefined where there is none, or one that only waits for its parent to take note of its end. */
export function identify(pid: number): ProcessIdentity | undefined {
  const shown = spawnSync('ps', ['-p', String(pid), '-o', 'stat=,lstart='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
  }).stdout;
  const [, state, startedAt] = /^(\S+)\s+(.+?)\s*$/.exec(shown) ?? [];
  return startedAt === undefined || state?.startsWith('Z') ? undefined : { pid, startedAt };
}

export function isAlive({ pid, startedAt }: ProcessIdentity): boolean {
  const found = identify(pid);
  // Computed from the time since boot, so that it may round to the next second.
  return found !== undefined && Math.abs(Date.parse(found.startedAt) - Date.parse(startedAt)) <= 2_000;
}

/** Asks a process to end, and makes it end where it does not. SIGINT: fast for Postgres, and whatever else takes SIGTERM takes it. */
export async function endProcess(identity: ProcessIdentity): Promise<void> {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    if (!isAlive(identity)) return;
    send(identity.pid, signal);
    for (let waited = 0; waited < patienceMs && isAlive(identity); waited += pollMs) await sleep(pollMs);
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}
