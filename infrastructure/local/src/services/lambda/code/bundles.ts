import { existsSync, watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatMessages, type BuildFailure } from 'esbuild';
import { Compiler, compilerVersion, type Bundle, type Inputs } from './compiler';
import { Manifest } from './manifest';

export interface BundlesOptions {
  readonly directory: string;
  readonly watch: boolean;
  /** A bundle was replaced by a newer one. */
  onReplaced(name: string): void;
  /** When the function was last used; the one in use is rebuilt first. */
  lastUsed(name: string): number;
}

interface State extends Bundle {
  built: boolean;
  error: Error | undefined;
  dirty: boolean;
}

/**
 * The bundles of the functions that are built from source. They are all built when the local cloud starts, except
 * those whose inputs have not changed since the last run; afterwards each is built again when one of its inputs is
 * saved. While a bundle is built, invocations go on with the one before.
 */
export class Bundles {
  private readonly states = new Map<string, State>();
  private readonly compiler: Compiler;
  private readonly manifest: Manifest;
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly changed = new Set<string>();
  private debounce: NodeJS.Timeout | undefined;
  private work: Promise<void> = Promise.resolve();
  private waiters: (() => void)[] = [];
  private stopped = false;

  constructor(
    private readonly options: BundlesOptions,
    bundles: readonly Bundle[],
  ) {
    this.compiler = new Compiler(options.directory);
    this.manifest = new Manifest(join(options.directory, 'bundles.json'), compilerVersion);
    for (const { name, entry } of bundles)
      this.states.set(name, { name, entry, built: false, error: undefined, dirty: true });
  }

  /** Begins to build what is missing. */
  start(): void {
    const seen = new Map<string, string>();
    for (const state of this.states.values()) {
      if (!existsSync(this.path(state.name)) || !this.manifest.isCurrent(state.name, state.entry, seen))
        continue;
      state.built = true;
      state.dirty = false;
    }
    this.watchInputs();
    this.work = this.buildMissing();
  }

  /** Resolves when nothing is left to be built. */
  async settled(): Promise<void> {
    await this.work;
  }

  /** Path of the bundle; undefined where there is none yet. */
  file(name: string): string | undefined {
    return this.states.get(name)?.built ? this.path(name) : undefined;
  }

  /** Resolves when {@link file} has an answer; rejects with the error of the build. */
  async ready(name: string): Promise<void> {
    for (;;) {
      const state = this.states.get(name);
      if (!state || this.stopped) throw new Error(`There is no code for ${name}`);
      if (state.built) return;
      if (state.error && !state.dirty) throw state.error;
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.debounce);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
    this.announce();
    await this.work;
    await this.compiler.close();
  }

  private path(name: string): string {
    return join(this.options.directory, name, 'index.mjs');
  }

  private async buildMissing(): Promise<void> {
    await mkdir(this.options.directory, { recursive: true });
    const missing = [...this.states.values()].filter((state) => state.dirty);
    if (missing.length > 1) {
      for (const state of missing) state.dirty = false;
      try {
        const inputs = await this.compiler.buildAll(missing);
        for (const state of missing) this.succeed(state, inputs.get(state.name) ?? {});
      } catch {
        // One broken function must not keep the others from running: build them one by one.
        for (const state of missing) state.dirty = true;
      }
    }
    await this.buildDirty();
  }

  private async buildDirty(): Promise<void> {
    while (!this.stopped) {
      const [next] = [...this.states.values()]
        .filter((state) => state.dirty)
        .sort((a, b) => this.options.lastUsed(b.name) - this.options.lastUsed(a.name));
      if (!next) break;
      next.dirty = false;
      try {
        this.succeed(next, await this.compiler.rebuild(next));
      } catch (error) {
        await this.fail(next, error);
      }
    }
    // Without it the next start builds again, and no more than that.
    await this.manifest.save().catch((error: unknown) => console.error(error));
  }

  private succeed(state: State, inputs: Inputs): void {
    const replaced = state.built;
    state.built = true;
    state.error = undefined;
    this.manifest.record(state.name, state.entry, inputs);
    this.watchInputs();
    this.announce();
    if (replaced) this.options.onReplaced(state.name);
  }

  private async fail(state: State, error: unknown): Promise<void> {
    const failure = error as Partial<BuildFailure>;
    const lines = await formatMessages(failure.errors ?? [], { kind: 'error' });
    state.error = new Error(lines.length > 0 ? lines.join('\n') : String(error));
    console.error(`${state.name} does not build:\n${state.error.message}`);
    this.watchInputs();
    this.announce();
  }

  private announce(): void {
    for (const waiter of this.waiters.splice(0)) waiter();
  }

  /** Directories are watched, not files: editors replace a file when they save. */
  private watchInputs(): void {
    if (!this.options.watch || this.stopped) return;
    const directories = new Set<string>();
    for (const { name, entry } of this.states.values()) {
      directories.add(dirname(entry));
      for (const input of this.manifest.inputs(name)) {
        if (!input.includes('/node_modules/')) directories.add(dirname(input));
      }
    }
    for (const directory of directories) {
      if (this.watchers.has(directory) || !existsSync(directory)) continue;
      const watcher = watch(directory, { persistent: false }, (_event, file) => {
        if (file) this.touch(join(directory, file));
      });
      watcher.on('error', () => this.watchers.delete(directory));
      this.watchers.set(directory, watcher);
    }
  }

  private touch(path: string): void {
    this.changed.add(path);
    clearTimeout(this.debounce);
    this.debounce = setTimeout(() => this.rebuildChanged(), 30);
  }

  private rebuildChanged(): void {
    const paths = [...this.changed];
    this.changed.clear();
    let any = false;
    for (const state of this.states.values()) {
      const inputs = new Set(this.manifest.inputs(state.name));
      // What kept a broken bundle from being built may be any file, also one that did not exist.
      const affected =
        state.error !== undefined ||
        paths.some((path) => inputs.has(path) && this.manifest.differs(state.name, path));
      if (!affected || state.dirty) continue;
      state.dirty = true;
      any = true;
    }
    if (any) this.work = this.work.then(() => this.buildDirty());
  }
}
