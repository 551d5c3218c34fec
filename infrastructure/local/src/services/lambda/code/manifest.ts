import { readFileSync, statSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

interface ManifestEntry {
  readonly entry: string;
  /** Absolute path of each input file -> its state when the bundle was built. */
  readonly inputs: Readonly<Record<string, string>>;
}

interface ManifestFile {
  readonly version: string;
  readonly bundles: Readonly<Record<string, ManifestEntry>>;
}

/** Which files went into which bundle, kept beside the bundles so that a restart does not build them again. */
export class Manifest {
  private readonly bundles = new Map<string, ManifestEntry>();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly version: string,
  ) {
    const stored = read(file);
    if (stored?.version !== version) return;
    for (const [name, bundle] of Object.entries(stored.bundles)) this.bundles.set(name, bundle);
  }

  inputs(name: string): readonly string[] {
    return Object.keys(this.bundles.get(name)?.inputs ?? {});
  }

  /** True where the bundle was built from the files as they are now. `states` remembers what was looked at. */
  isCurrent(name: string, entry: string, states: Map<string, string>): boolean {
    const bundle = this.bundles.get(name);
    if (bundle?.entry !== entry) return false;
    return Object.entries(bundle.inputs).every(([path, state]) => {
      const now = states.get(path) ?? fileState(path);
      states.set(path, now);
      return now === state;
    });
  }

  /** Whether a file differs from what the bundle was built of. */
  differs(name: string, path: string): boolean {
    return this.bundles.get(name)?.inputs[path] !== fileState(path);
  }

  record(name: string, entry: string, inputs: Readonly<Record<string, string>>): void {
    this.bundles.set(name, { entry, inputs });
  }

  save(): Promise<void> {
    const content: ManifestFile = { version: this.version, bundles: Object.fromEntries(this.bundles) };
    const before = this.writing.catch(() => undefined);
    this.writing = before.then(async () => {
      await writeFile(`${this.file}.new`, JSON.stringify(content));
      await rename(`${this.file}.new`, this.file);
    });
    return this.writing;
  }
}

/** A file that was written after `before` may have been read before or after that: its state is not known. */
export function fileState(path: string, before = Infinity): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'missing';
  return stat.mtimeMs >= before ? 'unknown' : `${stat.mtimeMs}:${stat.size}`;
}

function read(file: string): ManifestFile | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ManifestFile;
  } catch {
    return undefined;
  }
}
