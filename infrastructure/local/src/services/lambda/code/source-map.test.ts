import { SourceMap } from 'node:module';
import { build } from 'esbuild';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withoutVendorCode } from './source-map';

it('keeps where our lines come from and drops vendor lines', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'source-map-'));
  await mkdir(join(directory, 'node_modules/vendor'), { recursive: true });
  await writeFile(
    join(directory, 'node_modules/vendor/index.js'),
    'export function vendor() {\n  return [1,\n 2].map((n) => n);\n}\n',
  );
  await writeFile(
    join(directory, 'before.ts'),
    'export const before: number = 1;\n\nexport function first() {\n  return before;\n}\n',
  );
  await writeFile(
    join(directory, 'handler.ts'),
    "import { first } from './before';\nimport { vendor } from 'vendor';\n\nexport function handler(): unknown {\n  return [first(), vendor()];\n}\n",
  );
  await build({
    entryPoints: [join(directory, 'handler.ts')],
    outfile: join(directory, 'out.mjs'),
    bundle: true,
    format: 'esm',
    sourcemap: 'linked',
    sourcesContent: false,
  });
  const original = await readFile(join(directory, 'out.mjs.map'), 'utf8');
  const filtered = withoutVendorCode(original, (source) => `/placed/${source}`);
  const lines = (await readFile(join(directory, 'out.mjs'), 'utf8')).split('\n');
  await rm(directory, { recursive: true });

  const before = new SourceMap(JSON.parse(original) as never);
  const after = new SourceMap(JSON.parse(filtered) as never);
  expect(
    (JSON.parse(filtered) as { sources: string[] }).sources.every(
      (source) => !source.includes('node_modules'),
    ),
  ).toBe(true);
  const entry = (
    map: SourceMap,
    line: number,
    column: number,
  ): { originalSource?: string; originalLine?: number; originalColumn?: number } =>
    map.findEntry(line, column);
  let ours = 0;
  lines.forEach((text, line) => {
    for (let column = 0; column < text.length; column += 1) {
      const expected = entry(before, line, column);
      const found = entry(after, line, column);
      if (expected.originalSource === undefined || expected.originalSource.includes('node_modules')) {
        expect(found.originalSource).toBeUndefined();
      } else {
        ours += 1;
        expect(found).toMatchObject({
          originalSource: `/placed/${expected.originalSource}`,
          originalLine: expected.originalLine,
          originalColumn: expected.originalColumn,
        });
      }
    }
  });
  expect(ours).toBeGreaterThan(50);
});
