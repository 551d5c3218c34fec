import { build, type BuildResult } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';

const samDirectory = join(__dirname, '../../infrastructure/sam');
const template = parse(readFileSync(join(samDirectory, 'template.yaml'), 'utf8'), { logLevel: 'silent' }) as {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
};
const functions = Object.values(template.Resources)
  .filter(({ Type }) => Type === 'AWS::Serverless::Function')
  .map(({ Properties }) => Properties);
const entries = functions.map((properties) =>
  join(samDirectory, String(properties['CodeUri']), 'handler.ts'),
);

let result: BuildResult<{ write: false }>;

beforeAll(async () => {
  result = await build({
    entryPoints: entries,
    outdir: '/bundles',
    outbase: join(__dirname, '..'),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'es2022',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
}, 120_000);

test('every function of the template bundles, and stays small', () => {
  const sizes = result.outputFiles.map(
    ({ path, contents }) => [basename(dirname(path)), contents.length] as const,
  );
  expect(sizes.map(([name]) => name).sort()).toEqual(
    functions.map(({ FunctionName }) => String(FunctionName).replace('${StageSuffix}', '')).sort(),
  );
  // The largest is register, of which 0.4 MB are the passwords that it refuses.
  expect(sizes.filter(([, size]) => size > 1_300_000)).toEqual([]);
});

test('the names that the state machine catches and retries survive the bundler', () => {
  const names: Record<string, string> = {
    'reserve-stock': 'OutOfStock',
    'process-payment': 'PaymentDeclined|OrderCancelled|PaymentTimeout|TransientError',
  };
  for (const [folder, wanted] of Object.entries(names)) {
    const text = result.outputFiles.find(({ path }) => path.includes(`/${folder}/`))?.text ?? '';
    for (const name of wanted.split('|')) expect(text).toContain(`name="${name}"`);
  }
});

test('every error class names itself, since the bundler renames classes', () => {
  const lambdas = join(__dirname, '..');
  const sources = readdirSync(lambdas, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('node_modules'),
  );
  const classes = sources.flatMap((file) => {
    const text = readFileSync(join(lambdas, file), 'utf8');
    return [...text.matchAll(/class (\w+) extends \w*(?:Error|Problem)\b[^{]*\{(.*?)\n\}/gs)];
  });
  expect(classes.length).toBeGreaterThan(10);
  const nameless = classes.filter(
    ([, name, body]) => !body?.includes(`name: string = '${name}'`) && !body?.includes(`name = '${name}'`),
  );
  expect(nameless.map(([, name]) => name)).toEqual([]);
});

test('every function is given exactly the variables it reads', () => {
  const variables = (properties: Record<string, unknown>): string[] => {
    const { Variables } = properties['Environment'] as { Variables: Record<string, unknown> };
    return Object.keys(Variables).filter((name) => !name.startsWith('POWERTOOLS_'));
  };
  const all = new Set(functions.flatMap(variables));
  for (const properties of functions) {
    const folder = `${basename(String(properties['CodeUri']))}/`;
    const text = result.outputFiles.find(({ path }) => path.includes(`/${folder}`))?.text ?? '';
    const read = [...all].filter((name) => text.includes(name));
    expect({ folder, variables: read.sort() }).toEqual({ folder, variables: variables(properties).sort() });
  }
});
