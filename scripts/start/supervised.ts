import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopProcess } from '../lib/redis';

export type ProcessEvent =
  | { readonly kind: 'started'; readonly name: string; readonly ms: number; readonly restart: boolean }
  | { readonly kind: 'ended'; readonly name: string; readonly how: string }
  | { readonly kind: 'start-failed'; readonly name: string; readonly error: Error };

export interface SupervisedOptions {
  readonly name: string;
  /**
   * Starts the process: hands it to `spawned` as soon as it is there, and resolves when it answers. Where it rejects,
   * the process has ended.
   */
  readonly launch: (spawned: (child: ChildProcess) => void) => Promise<unknown>;
  readonly stopSignal: NodeJS.Signals;
  /** There is a process, which does not answer yet. Like `onEvent`, must not throw. */
  readonly onSpawn: () => void;
  readonly onEvent: (event: ProcessEvent) => void;
  /** Between the attempts to start it again, milliseconds. */
  readonly retryMs?: { readonly first: number; readonly most: number };
}

/**
 * A process that is started again when it ends by itself, as an ECS service or RDS would be, for as long as it takes.
 * Whatever was spawned has ended once {@link stop} resolves, also what was still starting.
 */
export class Supervised {
  private child: ChildProcess | undefined;
  private ready = false;
  private activity: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(private readonly options: SupervisedOptions) {}

  get name(): string {
    return this.options.name;
  }
  /** Of the process that answers; undefined while it is starting. */
  get pid(): number | undefined {
    return this.ready ? this.child?.pid : undefined;
  }
  /** Of whatever is there. */
  get spawnedPid(): number | undefined {
    return this.child?.pid;
  }

  /** Throws when the first start fails: a configuration that cannot work should not be tried for ever. */
  async start(): Promise<void> {
    const first = this.launch(false);
    this.activity = first.catch(() => undefined);
    await first;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.end();
    await this.activity;
    await this.end();
  }

  /** For the chaos suite: ends the process as a crash would. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child?.kill(signal);
  }

  private async end(): Promise<void> {
    if (this.child) await stopProcess(this.child, this.options.stopSignal);
  }

  private async launch(restart: boolean): Promise<void> {
    const startedAt = Date.now();
    await this.options.launch((child) => this.adopt(child));
    if (!this.child) throw new Error('ended as soon as it had started');
    this.ready = true;
    this.options.onEvent({ kind: 'started', name: this.name, ms: Date.now() - startedAt, restart });
  }

  private adopt(child: ChildProcess): void {
    this.child = child;
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
      if (this.ready) this.ended(child);
    });
    this.options.onSpawn();
    // Stop was asked for before there was anything to be stopped.
    if (this.stopping.signal.aborted) child.kill(this.options.stopSignal);
  }

  private ended(child: ChildProcess): void {
    this.ready = false;
    if (this.stopping.signal.aborted) return;
    const how = child.signalCode ?? `code ${child.exitCode}`;
    this.options.onEvent({ kind: 'ended', name: this.name, how });
    this.activity = this.restart();
  }

  private async restart(): Promise<void> {
    const { signal } = this.stopping;
    const { first, most } = this.options.retryMs ?? { first: 100, most: 5_000 };
    for (let delay = first; !signal.aborted; delay = Math.min(delay * 2, most)) {
      try {
        await sleep(delay, undefined, { signal });
        await this.launch(true);
        return;
      } catch (error) {
        if (!signal.aborted)
          this.options.onEvent({ kind: 'start-failed', name: this.name, error: error as Error });
      }
    }
  }
}
