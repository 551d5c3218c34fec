/**
 * Bundles what runs as a process: core-api, stock-service and the local cloud, each into its package's dist/.
 * Workspace code goes into the bundle, packages from npm stay outside.
 */
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '../..');

/** Package folder -> entry modules below src/. */
const services: Readonly<Record<string, readonly string[]>> = {
  'containers/core-api': ['main', 'migrate'],
  'containers/stock-service': ['main'],
};

const packagesStayOutside: Plugin = {
  name: 'packages-stay-outside',
  setup(setup) {
    setup.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@yorozu/') ? undefined : { path, external: true },
    );
  },
};

export async function buildServices(): Promise<void> {
  await Promise.all(
    Object.entries(services).map(([folder, entries]) =>
      build({
        absWorkingDir: join(root, folder),
        entryPoints: entries.map((entry) => `src/${entry}.ts`),
        outdir: 'dist',
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'node20',
        sourcemap: true,
        plugins: [packagesStayOutside],
        logLevel: 'error',
      }),
    ),
  );
}
