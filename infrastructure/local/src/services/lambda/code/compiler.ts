import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { build, context, type BuildContext, type BuildOptions, type Metafile } from 'esbuild';
import { fileState } from './manifest';
import { withoutVendorCode } from './source-map';

/** Part of the manifest: bundles made with other options are made anew. */
export const compilerVersion = '2';

export interface Bundle {
  readonly name: string;
  readonly entry: string;
}

/** Absolute path -> state of every file that a bundle was made from. */
export type Inputs = Readonly<Record<string, string>>;

const keptContexts = 4;

/**
 * esbuild with the settings of the deployed functions: one ESM file each, nothing shared between them. `require` is
 * there for CommonJS dependencies.
 */
export class Compiler {
  private readonly contexts = new Map<string, BuildContext<{ metafile: true }>>();

  /** `directory/<name>/index.mjs` and its map are written. */
  constructor(private readonly directory: string) {}

  /** All in one go: files that several bundles share are parsed once. Fails as a whole. */
  async buildAll(bundles: readonly Bundle[]): Promise<ReadonlyMap<string, Inputs>> {
    const begun = Date.now();
    const result = await build(this.options(bundles));
    const inputs = new Map<string, Inputs>();
    for (const bundle of bundles) inputs.set(bundle.name, await this.publish(bundle, result.metafile, begun));
    return inputs;
  }

  /** One bundle; the second time within a short while only what changed is parsed. */
  async rebuild(bundle: Bundle): Promise<Inputs> {
    const existing = this.contexts.get(bundle.name);
    const incremental = existing ?? (await context(this.options([bundle])));
    this.contexts.delete(bundle.name);
    this.contexts.set(bundle.name, incremental);
    const [oldest] = this.contexts;
    if (oldest && this.contexts.size > keptContexts) {
      this.contexts.delete(oldest[0]);
      await oldest[1].dispose();
    }
    const begun = Date.now();
    const result = await incremental.rebuild();
    return this.publish(bundle, result.metafile, begun);
  }

  async close(): Promise<void> {
    const open = [...this.contexts.values()];
    this.contexts.clear();
    await Promise.all(open.map((each) => each.dispose()));
  }

  private options(bundles: readonly Bundle[]): BuildOptions & { metafile: true } {
    return {
      entryPoints: bundles.map(({ name, entry }) => ({ in: entry, out: `${name}/index` })),
      outdir: this.staging,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: false,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      mainFields: ['module', 'main'],
      sourcemap: 'linked',
      sourcesContent: false,
      metafile: true,
      logLevel: 'silent',
      external: ['pg-native'],
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    };
  }

  private get staging(): string {
    return join(this.directory, '.staging');
  }

  /** Puts a built bundle in its place by renaming, so that no environment ever loads half a file. */
  private async publish(bundle: Bundle, metafile: Metafile, begun: number): Promise<Inputs> {
    const target = join(this.directory, bundle.name);
    const staged = join(this.staging, bundle.name);
    const place = (source: string): string => relative(target, resolve(staged, source));
    await mkdir(target, { recursive: true });
    const map = withoutVendorCode(await readFile(join(staged, 'index.mjs.map'), 'utf8'), place);
    await writeFile(join(target, 'index.mjs.map'), map);
    await rename(join(staged, 'index.mjs'), join(target, 'index.mjs'));
    return inputsOf(bundle, metafile, begun);
  }
}

/** esbuild lists the inputs of all entry points together; what belongs to one is what can be reached from it. */
function inputsOf(bundle: Bundle, metafile: Metafile, begun: number): Inputs {
  const entry = Object.values(metafile.outputs).find(
    (output) => output.entryPoint && resolve(output.entryPoint) === bundle.entry,
  );
  const reached = new Set<string>(entry?.entryPoint ? [entry.entryPoint] : []);
  for (const path of reached) {
    for (const imported of metafile.inputs[path]?.imports ?? []) {
      if (!imported.external) reached.add(imported.path);
    }
  }
  const inputs: Record<string, string> = {};
  for (const path of reached) {
    const file = resolve(path);
    if (!path.startsWith('(disabled)')) inputs[file] = fileState(file, begun);
  }
  return inputs;
}

/** The inside of the execution environments, one file. */
export async function buildBootstrap(source: string, outfile: string): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  const staged = `${outfile}.${process.pid}.new`;
  await build({
    entryPoints: [source],
    outfile: staged,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  });
  await rename(staged, outfile);
}
