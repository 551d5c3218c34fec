import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoints } from '../start/state';

const root = join(import.meta.dirname, '../..');
const patienceMs = 60_000;

/** `npm start` as people type it, for tests of what it does between two starts. */
export class Launcher {
  private output = '';

  private constructor(
    readonly directory: string,
    private readonly child: ChildProcess,
  ) {
    const take = (chunk: Buffer): void => void (this.output += chunk.toString());
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  }

  static begin(directory: string, environment: Readonly<Record<string, string>> = {}): Launcher {
    const args = ['scripts/run.mjs', 'start', '--data', directory];
    const env = { ...process.env, ...environment };
    return new Launcher(directory, spawn(process.execPath, args, { cwd: root, env, detached: true }));
  }

  /** Resolves when the shop runs. */
  static async start(directory: string, environment?: Readonly<Record<string, string>>): Promise<Launcher> {
    const launcher = Launcher.begin(directory, environment);
    await launcher.says(/Yorozu is running/);
    return launcher;
  }

  get said(): string {
    return this.output;
  }

  get endpoints(): Endpoints {
    return JSON.parse(readFileSync(join(this.directory, 'endpoints.json'), 'utf8')) as Endpoints;
  }

  /** Ids of everything that it started. */
  pids(): number[] {
    const { launcher: _, ...started } = JSON.parse(
      readFileSync(join(this.directory, 'processes.json'), 'utf8'),
    ) as Record<string, { pid: number }>;
    return Object.values(started).map(({ pid }) => pid);
  }

  /** Waits until its output matches. */
  async says(pattern: RegExp): Promise<void> {
    for (let waited = 0; !pattern.test(this.output); waited += 50) {
      if (waited > patienceMs || this.child.exitCode !== null)
        throw new Error(`npm start did not say ${String(pattern)}:\n${this.output}`);
      await sleep(50);
    }
  }

  /**
   * Ends it and resolves with its exit code, or the signal that ended it. SIGINT goes to its whole process group, as a
   * terminal sends it for Ctrl-C.
   */
  async end(signal: 'SIGINT' | 'SIGKILL'): Promise<number | string | null> {
    const { child } = this;
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      process.kill(signal === 'SIGINT' ? -child.pid : child.pid, signal);
      await ended;
    }
    return this.child.signalCode ?? this.child.exitCode;
  }
}
