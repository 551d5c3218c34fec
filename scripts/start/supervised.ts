import type { ChildProcess } from 'node:child_process';
import { stopProcess } from '../lib/redis';

export type ProcessEvent =
  | { readonly kind: 'started'; readonly name: string; readonly ms: number; readonly restart: boolean }
  | { readonly kind: 'ended'; readonly name: string; readonly how: string }
  | { readonly kind: 'start-failed'; readonly name: string; readonly error: Error };

export interface SupervisedOptions {
  readonly name: string;
  /** Starts the process and resolves when it answers. */
  readonly launch: () => Promise<ChildProcess>;
  readonly stopSignal?: NodeJS.Signals;
  readonly onEvent: (event: ProcessEvent) => void;
}

/** A process that is started again when it ends by itself, as an ECS service or RDS would be. */
export class Supervised {
  private child: ChildProcess | undefined;
  private stopping = false;
  private restarting: Promise<void> | undefined;

  constructor(private readonly options: SupervisedOptions) {}

  get name(): string {
    return this.options.name;
  }
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Throws when the first start fails: a configuration that cannot work should not be tried for ever. */
  async start(): Promise<void> {
    await this.launch(false);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    if (this.child) await stopProcess(this.child, this.options.stopSignal ?? 'SIGTERM');
    await this.restarting;
  }

  /** For the chaos suite: ends the process as a crash would. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child?.kill(signal);
  }

  private async launch(restart: boolean): Promise<void> {
    const startedAt = Date.now();
    const child = await this.options.launch();
    this.child = child;
    this.options.onEvent({ kind: 'started', name: this.name, ms: Date.now() - startedAt, restart });
    const ended = (): void => {
      this.child = undefined;
      if (this.stopping) return;
      this.options.onEvent({
        kind: 'ended',
        name: this.name,
        how: child.signalCode ?? `code ${child.exitCode}`,
      });
      this.restarting = this.restart();
    };
    if (child.exitCode !== null || child.signalCode !== null) ended();
    else child.once('exit', ended);
    // Stop was asked for while the process was starting.
    if (this.stopping) await stopProcess(child, this.options.stopSignal ?? 'SIGTERM');
  }

  private async restart(): Promise<void> {
    for (let delay = 100; !this.stopping; delay = Math.min(delay * 2, 5_000)) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      if (this.stopping) return;
      try {
        await this.launch(true);
        return;
      } catch (error) {
        this.options.onEvent({ kind: 'start-failed', name: this.name, error: error as Error });
      }
    }
  }
}
